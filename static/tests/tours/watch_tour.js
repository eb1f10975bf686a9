/** @odoo-module **/

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("amazon_connector_watch", {
    test: true,
    url: "/web#action=amazon_connector.amazon_overview_action",
    steps: () => [
        {
            content: "The card counts what is to ship",
            trigger: "a[name='action_view_orders_to_ship']:contains('1')",
            run: () => {},
        },
        {
            content: "Its chart leads to the report",
            trigger: "a[name='action_view_sales_report']",
            run: "click",
        },
        {
            content: "Who can not see the chart is told what it shows",
            trigger: ".o_graph_renderer canvas[role='img'][aria-label*='Amazon.de']",
            run: () => {},
        },
        {
            content: "Back to the card",
            trigger: ".o_back_button a",
            run: "click",
        },
        {
            content: "Open the problems of the account",
            trigger: "a[name='action_view_problems']:contains('2')",
            run: "click",
        },
        {
            content: "One order did not come in",
            trigger: ".o_data_row:contains('Order not imported')",
            run: () => {},
        },
        {
            content: "Select all",
            trigger: "thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Retry in bulk",
            trigger: ".o_control_panel button[name='action_retry']",
            run: "click",
        },
        {
            content: "It came in",
            trigger: ".o_notification:contains('Imported: 1.')",
            run: () => {},
        },
        {
            content: "What waits for a decision is left: open it",
            trigger:
                "tbody:not(:contains('Order not imported')) .o_data_row:contains('Changed at Amazon') td[name='document']",
            run: "click",
        },
        {
            content: "See to it",
            trigger: "button[name='action_amazon_reviewed']",
            run: "click",
        },
        {
            content: "It is done",
            trigger: ".o_form_view:not(:has(button[name='action_amazon_reviewed']))",
            run: () => {},
        },
        {
            content: "Back to the problems",
            trigger: ".o_back_button a",
            run: "click",
        },
        {
            content: "All is well",
            trigger: ".o_nocontent_help:contains('All is well')",
            run: () => {},
        },
    ],
});
