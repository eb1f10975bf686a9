/** @odoo-module **/

import {GraphRenderer} from "@web/views/graph/graph_renderer";
import {graphView} from "@web/views/graph/graph_view";
import {registry} from "@web/core/registry";
import {useEffect} from "@odoo/owl";

/** Odoo's chart with the name of its measure, and a text for who can not see it. */
export class AmazonGraphRenderer extends GraphRenderer {
    setup() {
        super.setup();
        useEffect(() => {
            const canvas = this.canvasRef.el;
            if (canvas) {
                canvas.setAttribute("role", "img");
                canvas.setAttribute("aria-label", this.describe());
            }
        });
    }

    describe() {
        const {labels = [], datasets = []} = this.model.data || {};
        const {measure, measures} = this.model.metaData;
        const parts = datasets.map((dataset) => {
            const values = dataset.data.map(
                (value, index) => `${labels[index]}: ${value}`
            );
            return `${dataset.label} (${values.join(", ")})`;
        });
        return `${measures[measure].string}: ${parts.join("; ")}`;
    }

    getScaleOptions() {
        const options = super.getScaleOptions();
        if (options.y) {
            options.y.title = {...options.y.title, display: true};
        }
        return options;
    }
}

registry.category("views").add("amazon_graph", {
    ...graphView,
    Renderer: AmazonGraphRenderer,
});
