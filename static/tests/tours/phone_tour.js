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

/**
 * Later series have the sections of an app in the menu of apps. Whoever taps before the
 * app is known gets the menu without it, and taps again.
 */
async function openMenu() {
    for (const old of document.querySelectorAll(".o_action_manager > *")) {
        old.dataset.left = "1";
    }
    for (let tries = 0; tries < 20; tries++) {
        const burger = document.querySelector(".o_mobile_menu_toggle:has(.oi)");
        (burger || document.querySelector(".o_menu_toggle")).click();
        await new Promise((resolve) => setTimeout(resolve, 250));
        if (document.querySelector("li[data-menu-xmlid]:not(.o_app)")) {
            return;
        }
        document.querySelector(".o_burger_menu_close, .o_sidebar_close").click();
        await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error("the app has no menu");
}

/** What is Odoo's own, whatever a view says. */
const ODOO = ".o_notebook_headers, .o-mail-Chatter, .d-print-none";

function checkWidth() {
    // The window of a headless browser is not as narrow as a phone.
    document.body.style.maxWidth = "390px";
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
            timeout: 60000,
            run: checkWidth,
        },
    ];
}

registry.category("web_tour.tours").add("amazon_connector_phone", {
    test: true,
    steps: () => Object.entries(SCREENS).map(visit).flat(),
});

/** What shows that a form is there. */
const FORMS = {
    account: ".o_field_widget[name='check_ids'] .o_kanban_record:contains('Payments')",
    order: ".o_amazon_timeline [data-step='shipped']",
};
for (const [name, trigger] of Object.entries(FORMS)) {
    registry.category("web_tour.tours").add(`amazon_connector_${name}_on_phone`, {
        test: true,
        steps: () => [
            {content: `${name} fits`, trigger, timeout: 60000, run: checkWidth},
        ],
    });
}
