/** @odoo-module **/

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("amazon_connector_mend_cause", {
    test: true,
    steps: () => [
        {
            content: "An order failed: open it",
            trigger: ".o_data_row:contains('Failed') td[name='amazon_order_ref']",
            run: "click",
        },
        {
            content: "The reason says what to do, and where",
            trigger: ".o_form_view .alert-danger:contains('Add it under')",
            run: () => {},
        },
        {
            content: "Configuration",
            trigger: "button[data-menu-xmlid='sale.menu_sale_config']",
            run: "click",
        },
        {
            content: "Marketplaces",
            trigger: "[data-menu-xmlid='amazon_connector.amazon_marketplace_menu']",
            run: "click",
        },
        {
            content: "Open France",
            trigger: ".o_data_row td.o_data_cell:contains('Amazon.fr')",
            run: "click",
        },
        {
            content: "Correct its identifier",
            trigger: ".o_field_widget[name='api_ref'] input",
            run: "text A13V1IB3VIYZZH",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It is saved",
            trigger: ".o_form_saved",
            run: () => {},
        },
    ],
});

registry.category("web_tour.tours").add("amazon_connector_retry_order", {
    test: true,
    steps: () => [
        {
            content: "The order that failed",
            trigger: ".o_data_row:contains('Failed') td[name='amazon_order_ref']",
            run: "click",
        },
        {
            content: "Try it again",
            trigger: "button[name='action_retry']",
            run: "click",
        },
        {
            content: "It came in",
            trigger: ".o_notification:contains('Imported: 1.')",
            run: () => {},
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
