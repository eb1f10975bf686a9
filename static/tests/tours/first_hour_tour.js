/** @odoo-module **/

import {hold} from "./journeys";
import {registry} from "@web/core/registry";

// The made-up keys of the simulator: they open nothing.
const KEYS = {
    lwa_client_id: "amzn1.application-oa2-client.06edea0efdde6324bf4d673b96ece601",
    lwa_client_secret:
        "amzn1.oa2-cs.v1.2bdc3c2bbe20c41a67349dc52233ab210cf80680e6e2d459ef21ae79906b35e6",
    refresh_token:
        "Atzr|Simc1dc27b325e82a29518a66cc4c3284e95b87f7466aeb185d228d36483a344d80b05018c1bbe51df57872b5790f36a441",
    seller_key: "A1SIMSELLERNA",
};

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

function look(content, trigger) {
    return {content, trigger, run: () => {}};
}

function paste(name) {
    return {
        content: `Paste ${name}`,
        trigger: `.o_field_widget[name='${name}'] input`,
        run: `text ${KEYS[name]}`,
    };
}

function isDone(step) {
    return `.o_amazon_setup li[data-step='${step}'][data-state='done']`;
}

const firstHour = [
    click("Link the first account", "button:contains('Link an Account')"),
    {
        content: "Choose the home marketplace",
        trigger: ".o_field_widget[name='base_marketplace_id'] input",
        run: "text Amazon.ca",
    },
    click(
        "It is Canada",
        ".o-autocomplete--dropdown-item a:contains('Amazon.ca')"
    ),
    click(
        "Try it out with the simulator",
        ".o_field_widget[name='environment'] .o_radio_item:contains('Simulator') input"
    ),
    ...Object.keys(KEYS).map(paste),
    click("Link", "button[name='action_link']"),
    look("The assistant is what one sees first", ".o_amazon_setup li"),
    look("It is connected", isDone("connection")),
    look("All marketplaces are synchronized", isDone("marketplaces")),
    look(
        "The list of listings is on its way",
        ".o_amazon_setup li[data-step='catalogue'][data-state='wait']"
    ),
    look(
        "It can not go live before one has chosen which orders come in",
        ".o_amazon_setup span:contains('Choose first which orders come in')"
    ),
    click(
        "All that are still to ship",
        ".o_amazon_setup button[name='action_take_open_orders']:contains('All to Ship: 1')"
    ),
    look("That is decided", isDone("orders")),
    click(
        "Odoo reads them in some minutes; now is sooner",
        ".o_form_statusbar button[name='action_sync_orders']"
    ),
    look("It came in", ".o_notification:contains('Imported: 1.')"),
    click(
        "To the orders to ship",
        ".o_amazon_setup li[data-step='orders'] button[name='action_view_orders_to_ship']"
    ),
    click("The first order", ".o_data_row td[name='amazon_order_ref']"),
    click("Its delivery", "button[name='action_view_delivery']"),
    look(
        "It is ready and can be shipped",
        ".o_form_view button[name='button_validate'], .o_statusbar_status button.o_arrow_button_current:contains('Ready')"
    ),
];

registry.category("web_tour.tours").add("amazon_connector_first_hour", {
    test: true,
    url: "/web#action=amazon_connector.amazon_overview_action",
    steps: () => hold("first_hour", firstHour),
});

registry.category("web_tour.tours").add("amazon_connector_go_live", {
    test: true,
    steps: () => [
        click(
            "What would an order look like?",
            ".o_amazon_setup button[name='action_view_test_order']"
        ),
        look("Like this", ".modal-body td:contains('CAD')"),
        click("Right", ".modal-footer button[name='action_confirm']"),
        look("It is green", isDone("test_order")),
        click("Go live", ".o_amazon_setup button[name='action_go_live']"),
        look("What is open is named", ".modal-body:contains('You can do it later')"),
        click("Yes", ".modal-footer button[name='action_confirm']"),
        look("The assistant is gone", "body:not(.modal-open) .o_form_view:not(:has(.o_amazon_setup))"),
    ],
});
