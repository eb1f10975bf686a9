/** @odoo-module **/

import {Component} from "@odoo/owl";
import {formatDateTime} from "@web/core/l10n/dates";
import {localization} from "@web/core/l10n/localization";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A moment that one reads: by the clock of the reader, without seconds. */
export class AmazonMoment extends Component {
    static template = "amazon_connector.AmazonMoment";
    static props = {...standardFieldProps};

    get text() {
        const value = this.props.record.data[this.props.name];
        const format = localization.dateTimeFormat.replace(/[:.]ss/, "");
        return value ? formatDateTime(value, {format}) : "";
    }
}

registry.category("fields").add("amazon_moment", {
    component: AmazonMoment,
    supportedTypes: ["datetime"],
});
