/** @odoo-module **/

import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("amazon_connector_recover_order", {
    test: true,
    steps: () => [
        {
            content: "An order did not come: recover it",
            trigger: "button[name='action_recover_orders']",
            run: "click",
        },
        {
            content: "Paste its reference, and one that is mistyped",
            trigger: ".o_field_widget[name='references'] textarea",
            run: "text 302-8300493-1876017, 302-123-4567",
        },
        {
            content: "Recover",
            trigger: "button[name='action_recover']",
            run: "click",
        },
        {
            content: "The mistyped one is named",
            trigger:
                ".o_data_row:contains('302-123-4567') .badge:contains('No reference')",
            run: () => {},
        },
        {
            content: "The other one is here",
            trigger:
                ".o_data_row:contains('302-8300493') .badge:contains('Imported')",
            run: () => {},
        },
        {
            content: "Open it",
            trigger:
                ".o_data_row:contains('302-8300493') button[name='action_open']",
            run: "click",
        },
        {
            content: "The buyer's order is there",
            trigger: ".o_field_widget[name='partner_id']:contains('Erika Tour')",
            run: () => {},
        },
    ],
});
