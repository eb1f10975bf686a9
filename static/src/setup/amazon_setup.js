/** @odoo-module **/

import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * The set-up assistant of an account, on its form and on its card: the steps come as
 * JSON, a button is a method of the account.
 */
export class AmazonSetup extends Component {
    static template = "amazon_connector.AmazonSetup";
    static props = {...standardFieldProps};

    get plan() {
        const value = this.props.record.data[this.props.name];
        return value ? JSON.parse(value) : {steps: [], can_go_live: false, hint: ""};
    }

    get done() {
        return this.plan.steps.filter((step) => step.state === "done").length;
    }

    icon(step) {
        return {
            done: "fa-check-circle text-success",
            todo: "fa-circle-o text-warning",
            wait: "fa-clock-o text-muted",
        }[step.state];
    }

    press(name) {
        const record = this.props.record;
        return this.env.onClickViewButton({
            clickParams: {type: "object", name},
            getResParams: () => ({
                context: record.context,
                evalContext: record.evalContext,
                resModel: record.resModel,
                resId: record.resId,
                resIds: record.resIds,
            }),
        });
    }
}

registry.category("fields").add("amazon_setup", {
    component: AmazonSetup,
    supportedTypes: ["text"],
});
