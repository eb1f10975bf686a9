/** @odoo-module **/

import {Component, onMounted, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

const SECONDS = 3;

/**
 * How far the import of an account's orders is. Asks again every few seconds while an
 * import runs, and not at all otherwise. Polling, for it works behind every proxy and
 * without a message bus; it is one small call of the one who looks at the form.
 */
export class AmazonProgress extends Component {
    static template = "amazon_connector.AmazonProgress";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({running: false, percent: 0, text: ""});
        this.isGone = false;
        onWillStart(() => this.ask());
        onMounted(() => this.askLater());
        onWillUnmount(() => {
            this.isGone = true;
            clearTimeout(this.timer);
        });
    }

    async ask() {
        const id = this.props.record.resId;
        if (!id) {
            return;
        }
        const progress = await this.orm.silent.call(
            "amazon.account",
            "get_orders_progress",
            [[id]]
        );
        Object.assign(this.state, progress);
    }

    askLater() {
        if (!this.state.running || this.isGone) {
            return;
        }
        this.timer = setTimeout(async () => {
            if (!document.hidden) {
                await this.ask();
            }
            if (this.state.running) {
                this.askLater();
            } else {
                await this.showResult();
            }
        }, SECONDS * 1000);
    }

    /** The numbers of the form are old now; what somebody types is left alone. */
    async showResult() {
        const record = this.props.record;
        if (!this.isGone && !(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("amazon_progress", {component: AmazonProgress});
