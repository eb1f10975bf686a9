/** @odoo-module **/

import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const ICONS = {
    done: "fa-check-circle text-success",
    now: "fa-dot-circle-o text-primary",
    todo: "fa-circle-thin text-muted",
    problem: "fa-exclamation-circle text-danger",
};

/** How far an Amazon order is; each point leads to what it is about. */
export class AmazonTimeline extends Component {
    static template = "amazon_connector.Timeline";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    get steps() {
        const steps = this.props.record.data[this.props.name] || [];
        return steps.map((step) => ({...step, icon: ICONS[step.state]}));
    }

    async open(step) {
        const record = this.props.record;
        const action = await this.orm.call(
            record.resModel,
            "action_open_amazon_step",
            [[record.resId], step.name]
        );
        if (action) {
            await this.action.doAction(action);
        }
    }
}

registry.category("fields").add("amazon_timeline", {
    component: AmazonTimeline,
    supportedTypes: ["json"],
});
