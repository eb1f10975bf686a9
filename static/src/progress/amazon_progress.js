/** @odoo-module **/

import {
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    onWillUpdateProps,
    useState,
} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";
import {useService} from "@web/core/utils/hooks";

/**
 * How far the long work of a record is: the model's method `get_progress` tells. Asks
 * again every few seconds while something runs, and not at all otherwise. Polling, for
 * it works behind every proxy and without a message bus; it is one small call of the
 * one who looks at the form.
 */
export class AmazonProgress extends Component {
    static template = "amazon_connector.AmazonProgress";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({works: [], seconds: 0, reload: false});
        this.isGone = false;
        onWillStart(() => this.ask(this.props.record));
        onMounted(() => this.askLater());
        onWillUpdateProps(async (nextProps) => {
            // A button was pressed: what it began is shown, too.
            if (nextProps.record !== this.props.record) {
                clearTimeout(this.timer);
                await this.ask(nextProps.record);
                this.askLater();
            }
        });
        onWillUnmount(() => {
            this.isGone = true;
            clearTimeout(this.timer);
        });
    }

    async ask(record) {
        const progress = record.resId
            ? await this.orm.silent.call(record.resModel, "get_progress", [
                  [record.resId],
              ])
            : {works: [], seconds: 0, reload: false};
        Object.assign(this.state, progress);
    }

    askLater() {
        if (!this.state.seconds || this.isGone) {
            return;
        }
        this.timer = setTimeout(() => this.askAgain(), this.state.seconds * 1000);
    }

    async askAgain() {
        if (!document.hidden) {
            await this.ask(this.props.record);
            if (this.state.reload || !this.state.seconds) {
                await this.showResult();
            }
        }
        this.askLater();
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
