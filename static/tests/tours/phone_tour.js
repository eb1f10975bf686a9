/** @odoo-module **/

import {registry} from "@web/core/registry";

/** What each entry of the menu shows on a phone. */
export const SCREENS = {
    amazon_overview_menu: "kanban",
    amazon_to_ship_menu: "kanban",
    amazon_sale_order_menu: "kanban",
    amazon_problem_menu: "kanban",
    amazon_return_menu: "kanban",
    amazon_refund_menu: "kanban",
    amazon_offer_menu: "kanban",
    amazon_match_menu: "kanban",
    amazon_fba_stock_menu: "kanban",
    amazon_held_stock_menu: "kanban",
    amazon_sale_report_menu: "graph",
    amazon_margin_menu: "graph",
    amazon_settlement_menu: "kanban",
    amazon_app_account_menu: "kanban",
    amazon_app_marketplace_menu: "kanban",
    amazon_app_carrier_menu: "kanban",
    amazon_app_settlement_map_menu: "kanban",
    amazon_app_erasure_menu: "kanban",
    amazon_order_menu: "kanban",
    amazon_submission_menu: "kanban",
    amazon_report_menu: "kanban",
    amazon_order_check_menu: "kanban",
    amazon_history_menu: "kanban",
    amazon_call_menu: "kanban",
};

/** Later series have the sections of an app in the menu of apps. */
function openMenu() {
    for (const old of document.querySelectorAll(".o_action_manager > *")) {
        old.dataset.left = "1";
    }
    const burger = document.querySelector(".o_mobile_menu_toggle:has(.oi)");
    (burger || document.querySelector(".o_menu_toggle")).click();
}

/** What is Odoo's own, whatever a view says. */
const ODOO = ".o_notebook_headers, .o-mail-Chatter";

function checkWidth() {
    const wide = [...document.querySelectorAll(".o_content, .o_content *")]
        .filter((each) => !each.closest(ODOO))
        .filter((each) => each.scrollWidth > each.clientWidth + 1)
        .filter((each) => /auto|scroll/.test(getComputedStyle(each).overflowX));
    if (wide.length) {
        throw new Error(`${wide[0].className} scrolls sideways`);
    }
}

function visit([menu, view]) {
    return [
        {
            content: "The menu of the app",
            trigger: ".o_main_navbar",
            run: openMenu,
        },
        {
            content: menu,
            trigger: `li[data-menu-xmlid='amazon_connector.${menu}']`,
            run: "click",
        },
        {
            content: `${menu} fits`,
            trigger: `.o_action_manager > :not([data-left]) .o_${view}_renderer`,
            run: checkWidth,
        },
    ];
}

registry.category("web_tour.tours").add("amazon_connector_phone", {
    test: true,
    steps: () => Object.entries(SCREENS).map(visit).flat(),
});

registry.category("web_tour.tours").add("amazon_connector_account_on_phone", {
    test: true,
    steps: () => [
        {
            content: "What the app may do at Amazon are cards",
            trigger: ".o_field_widget[name='check_ids'] .o_kanban_record:contains('Payments')",
            run: checkWidth,
        },
    ],
});

registry.category("web_tour.tours").add("amazon_connector_settlement_on_phone", {
    test: true,
    steps: () => [
        {
            content: "The explanation fits",
            trigger: ".o_form_view .o_field_widget[name='explanation'] table",
            run: checkWidth,
        },
    ],
});
