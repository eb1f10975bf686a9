/** @odoo-module **/

import {hold} from "./journeys";
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("amazon_connector_match", {
    test: true,
    url: "/web#action=amazon_connector.amazon_match_open_action",
    steps: () =>
        hold("match", [
            {
                content: "A product is suggested for the SKU",
                trigger:
                    ".o_data_row:contains('KETTLE-FBA'):contains('same reference but for an addition')",
                run: () => {},
            },
            {
                content: "Select it",
                trigger:
                    ".o_data_row:contains('KETTLE-FBA') .o_list_record_selector input",
                run: "click",
            },
            {
                content: "Confirm the suggestion",
                trigger: ".o_control_panel button[name='action_confirm']",
                run: "click",
            },
            {
                content: "It says what came of it",
                trigger:
                    ".o_notification:contains('SKUs that have their product now: 1.')",
                run: () => {},
            },
            {
                content: "The SKU is gone from the list",
                trigger: ".o_list_view:not(:contains('KETTLE-FBA'))",
                run: () => {},
            },
            {
                content: "Of the other one nothing is preselected: look at the choice",
                trigger:
                    ".o_data_row:contains('Tea tin 250 g') button[name='action_choose']",
                run: "click",
            },
            {
                content: "Take the black one",
                trigger:
                    ".o_form_view .o_data_row:contains('Tea tin 250 g, black') button[name='action_take']",
                run: "click",
            },
            {
                content: "There is nothing left to do",
                trigger: ".o_view_nocontent:contains('Every SKU has its product')",
                run: () => {},
            },
        ]),
});
