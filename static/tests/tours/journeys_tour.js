/** @odoo-module **/

import {choose, hold} from "./journeys";
import {registry} from "@web/core/registry";

function click(content, trigger) {
    return {content, trigger, run: "click"};
}

registry.category("web_tour.tours").add("amazon_connector_ship_one_order", {
    test: true,
    steps: () =>
        hold("ship_one_order", [
            click("From the order to its delivery", "button[name='action_view_delivery']"),
            click("The goods leave", "button[name='button_validate']"),
            {
                content: "Amazon wants the number of the parcel: scan it",
                trigger: ".o_field_widget[name='tracking_ref'] input",
                run: "text 00340434161094042557",
            },
            click("That is all", "button[name='action_confirm']"),
            {
                content: "Amazon is told in a moment",
                trigger: "button[name='action_view_amazon_submissions']:contains('Pending')",
                run: () => {},
            },
        ]),
});

registry.category("web_tour.tours").add("amazon_connector_refund", {
    test: true,
    steps: () =>
        hold("refund", [
            click("Credit the invoice", "button[name='action_reverse']"),
            click("All of it", "button[name='refund_moves']"),
            click("Post it", "button[name='action_post']"),
            choose("Why, for Amazon", "reason", "The buyer sent it back"),
            click("Amazon pays the buyer", "button[name='action_confirm']"),
            {
                content: "Amazon is told in a moment",
                trigger: "body:not(.modal-open) .o_form_view .alert:contains('Amazon is told to refund')",
                run: () => {},
            },
        ]),
});

registry.category("web_tour.tours").add("amazon_connector_settlement", {
    test: true,
    steps: () =>
        hold("settlement", [
            click("Amazon has paid", ".o_data_row td[name='settlement_ref']"),
            {
                content: "Where each amount goes",
                trigger: ".o_form_view .o_field_widget[name='explanation'] table",
                run: () => {},
            },
            click("It is right", ".o_form_statusbar button[name='action_post']"),
            {
                content: "The books have it",
                trigger: ".o_form_statusbar button[name='action_match_bank']",
                run: () => {},
            },
        ]),
});
