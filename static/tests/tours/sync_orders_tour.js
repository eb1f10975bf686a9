/** @odoo-module **/

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("amazon_connector_sync_orders", {
    test: true,
    url: "/web#action=sale.action_sale_config_settings",
    steps: () => [
        {
            content: "Settings: open the accounts",
            trigger: "button[name='action_open_amazon_accounts']",
            run: "click",
        },
        {
            content: "Open the account",
            trigger: ".o_kanban_record span:contains('Tour of Tea')",
            run: "click",
        },
        {
            content: "Sync the orders",
            trigger: ".o_form_statusbar button[name='action_sync_orders']",
            run: "click",
        },
        {
            content: "One came in",
            trigger: ".o_notification:contains('Imported: 1.')",
            run: () => {},
        },
        {
            content: "Look at what Amazon told",
            trigger: "button[name='action_view_amazon_orders']",
            run: "click",
        },
        {
            content: "It is imported",
            trigger: ".o_data_row .badge:contains('Imported')",
            run: () => {},
        },
        {
            content: "Open it",
            trigger: ".o_data_row td[name='amazon_order_ref']",
            run: "click",
        },
        {
            content: "Open the sale order",
            trigger: "button[name='action_view_sale_order']",
            run: "click",
        },
        {
            content: "The buyer's order is there",
            trigger: ".o_field_widget[name='partner_id']:contains('Erika Tour')",
            run: () => {},
        },
    ],
});
