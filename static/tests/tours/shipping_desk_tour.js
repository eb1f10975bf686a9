/** @odoo-module **/

import {hold} from "./journeys";
import {registry} from "@web/core/registry";

const PARCELS = 10;
const NUMBER = ".o_field_widget[name='carrier_tracking_ref'] input";

function row(number) {
    return `.o_data_row:nth-child(${number})`;
}

function label(at) {
    return `00340434161094000${at + 100}`;
}

/** A scanner types the digits of a label, then Enter. */
function scan(number, digits) {
    return [
        {
            content: `Scan the label of parcel ${number}`,
            trigger: `${row(number)} ${NUMBER}`,
            run: `text ${digits}`,
        },
        {
            content: "The scanner sends Enter",
            trigger: `${row(number)} ${NUMBER}`,
            run: () => {
                const input = document.querySelector(`${row(number)} ${NUMBER}`);
                input.dispatchEvent(new Event("change", {bubbles: true}));
                const init = {key: "Enter", bubbles: true, cancelable: true};
                input.dispatchEvent(new KeyboardEvent("keydown", init));
            },
        },
    ];
}

const desk = [
    {
        content: "What to pick is shown with its place",
        trigger: `${row(1)} .o_amazon_to_pick:contains('Desk mug'):contains('Stock')`,
        run: () => {},
    },
    {
        content: "The number of the first parcel",
        trigger: `${row(1)} td[name='carrier_tracking_ref']`,
        run: "click",
    },
    ...Array.from({length: PARCELS}, (_each, at) => scan(at + 1, label(at))).flat(),
    {
        content: "Each line has its own number",
        trigger: `${row(2)} td[name='carrier_tracking_ref']:contains('${label(1)}')`,
        run: () => {},
    },
    {
        content: "All of them leave",
        trigger: ".o_amazon_desk_ship",
        run: "click",
    },
    {
        content: "The desk says how many",
        trigger: ".o_notification:contains('10 shipped')",
        run: () => {},
    },
    {
        content: "Amazon is told in a moment",
        trigger: `${row(PARCELS)} td[name='amazon_sync_status']:contains('Pending')`,
        run: () => {},
    },
];

registry.category("web_tour.tours").add("amazon_connector_shipping_desk", {
    test: true,
    steps: () => hold("shipping_desk", desk),
});

registry.category("web_tour.tours").add("amazon_connector_unknown_sku", {
    test: true,
    steps: () => [
        {
            content: "The strip names the order",
            trigger: ".o_amazon_strip:contains('Amazon.de'):contains('Prime')",
            run: () => {},
        },
        {
            content: "How far the order is",
            trigger:
                ".o_amazon_timeline [data-step='picked'][data-state='problem']:contains('Which product?')",
            run: () => {},
        },
        {
            content: "The goods leave?",
            trigger: "button[name='button_validate']",
            run: "click",
        },
        {
            content: "Asked what it is, and how it travels",
            trigger: ".o_field_widget[name='unmatched_goods']:contains('CUP-9'):contains('Cup with a cat')",
            run: () => {},
        },
        {
            content: "Scan the label",
            trigger: ".o_field_widget[name='tracking_ref'] input",
            run: "text 00340434161094000042",
        },
        {
            content: "It is the right article",
            trigger: "button[name='action_confirm']",
            run: "click",
        },
        {
            content: "It has left",
            trigger:
                ".o_amazon_timeline [data-step='shipped'][data-state='done']:contains('00340434161094000042')",
            run: () => {},
        },
    ],
});

registry.category("web_tour.tours").add("amazon_connector_desk_on_phone", {
    test: true,
    steps: () => [
        {
            content: "A card says what to pick",
            trigger: ".o_kanban_record .o_amazon_to_pick:contains('Desk mug')",
            run: () => {},
        },
        {
            content: "It is packed",
            trigger: ".o_kanban_record button[name='action_amazon_ask']",
            run: "click",
        },
        {
            content: "Scan the label",
            trigger: ".o_field_widget[name='tracking_ref'] input",
            run: "text 00340434161094000059",
        },
        {
            content: "It leaves",
            trigger: "button[name='action_confirm']",
            run: "click",
        },
        {
            content: "Amazon is told in a moment",
            trigger: ".o_kanban_record:contains('00340434161094000059'):contains('Pending')",
            run: () => {},
        },
    ],
});
