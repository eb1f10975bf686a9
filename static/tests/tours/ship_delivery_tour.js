/** @odoo-module **/

import {registry} from "@web/core/registry";

const openDelivery = {
    content: "From the order to its delivery",
    trigger: "button[name='action_view_delivery']",
    run: "click",
};

registry.category("web_tour.tours").add("amazon_connector_ship_delivery", {
    test: true,
    steps: () => [
        openDelivery,
        {
            content: "Where the tracking number is entered",
            trigger: ".o_notebook .nav-link:contains('Additional Info')",
            run: "click",
        },
        {
            content: "Enter it",
            trigger: ".o_field_widget[name='carrier_tracking_ref'] input",
            run: "text 00340434161094042557",
        },
        {
            content: "The goods leave",
            trigger: "button[name='button_validate']",
            run: "click",
        },
        {
            content: "Amazon is told in a moment",
            trigger: "button[name='action_view_amazon_submissions']:contains('Pending')",
            run: () => {},
        },
    ],
});

registry.category("web_tour.tours").add("amazon_connector_see_it_confirmed", {
    test: true,
    steps: () => [
        openDelivery,
        {
            content: "Amazon knows of it",
            trigger: "button[name='action_view_amazon_submissions']:contains('Done')",
            run: () => {},
        },
    ],
});
