/** @odoo-module **/

import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";

// The made-up keys of the simulator: they open nothing.
const KEYS = {
    clientId: "amzn1.application-oa2-client.06edea0efdde6324bf4d673b96ece601",
    clientSecret:
        "amzn1.oa2-cs.v1.2bdc3c2bbe20c41a67349dc52233ab210cf80680e6e2d459ef21ae79906b35e6",
    refreshToken:
        "Atzr|Simc1dc27b325e82a29518a66cc4c3284e95b87f7466aeb185d228d36483a344d80b05018c1bbe51df57872b5790f36a441",
    merchantToken: "A1SIMSELLERNA",
};

/** Linking asks Amazon several things in a row: a busy machine takes long. */
function patient(steps) {
    return steps.map((step) => ({timeout: 60000, ...step}));
}

const openWizard = [
    {
        content: "Settings: link an account",
        trigger: ".o_setting_box button:contains('Link an Account')",
        run: "click",
    },
    {
        content: "Choose the home marketplace",
        trigger: ".o_field_widget[name='base_marketplace_id'] input",
        run: "text Amazon.ca",
    },
    {
        content: "It is Canada",
        trigger: ".o-autocomplete--dropdown-item a:contains('Amazon.ca')",
        run: "click",
    },
    {
        content: "Try it out with the simulator",
        trigger:
            ".o_field_widget[name='environment'] .o_radio_item:contains('Simulator') input",
        run: "click",
    },
    {
        content: "Its address is there",
        trigger: ".o_field_widget[name='simulator_url'] input",
        run: () => {},
    },
];

const byConsent = {
    content: "By the consent page",
    trigger:
        ".o_field_widget[name='method'] .o_radio_item:contains('consent page') input",
    run: "click",
};

const result = [
    {
        content: "The account is there",
        trigger: ".o_form_view button[name='action_test_connection']",
        run: () => {},
    },
    {
        content: "What the app may do stands there",
        trigger: ".o_field_widget[name='check_ids'] .o_data_row:contains('Payments')",
        run: () => {},
    },
    {
        content: "See the marketplaces",
        trigger: ".o_notebook .nav-link:contains('Marketplaces')",
        run: "click",
    },
    {
        content: "They were found",
        trigger:
            ".o_field_widget[name='active_marketplace_ids'] .o_tag:contains('Amazon.com.mx')",
        run: () => {},
    },
];

function paste(name, key) {
    return {
        content: `Paste ${name}`,
        trigger: `.o_field_widget[name='${name}'] input`,
        run: `text ${key}`,
    };
}

registry.category("web_tour.tours").add("amazon_connector_link_by_keys", {
    test: true,
    url: "/web#action=sale.action_sale_config_settings",
    steps: () => patient([
        ...openWizard,
        paste("lwa_client_id", KEYS.clientId),
        paste("lwa_client_secret", KEYS.clientId),
        paste("refresh_token", KEYS.refreshToken),
        paste("seller_key", KEYS.merchantToken),
        {
            content: "Link",
            trigger: "button[name='action_link']",
            run: "click",
        },
        {
            content: "Swapped keys are refused in words",
            trigger: ".modal-body:contains('Client secret: this is a client ID')",
            run: () => {},
        },
        {
            content: "I see",
            trigger: ".modal-footer button:contains('Close')",
            run: "click",
        },
        paste("lwa_client_secret", KEYS.clientSecret),
        {
            content: "Link again",
            trigger: "button[name='action_link']",
            run: "click",
        },
        ...result,
        {
            content: "Back to the keys",
            trigger: ".o_notebook .nav-link:contains('Connection')",
            run: "click",
        },
        {
            content: "Link it once more",
            trigger: "button[name='action_link']:contains('Link Again')",
            run: "click",
        },
        {
            content: "It is known",
            trigger:
                ".o_field_widget[name='base_marketplace_id'].o_readonly_modifier:contains('Amazon.ca')",
            run: () => {},
        },
        {
            content: "With the keys that are there",
            trigger: ".modal-footer button[name='action_link']",
            run: "click",
        },
        {
            content: "The account is back",
            trigger: "body:not(.modal-open) button[name='action_test_connection']",
            run: () => {},
        },
    ]),
});

registry.category("web_tour.tours").add("amazon_connector_link_by_consent", {
    test: true,
    url: "/web#action=sale.action_sale_config_settings",
    steps: () => patient([
        ...openWizard,
        byConsent,
        {
            content: "Go there; the seller confirms, and Amazon sends us back",
            trigger: "button[name='action_consent']",
            run: "click",
            expectUnloadPage: true,
        },
        ...result,
    ]),
});

/** Amazon's page and the way back open in a frame: a tour ends where its page ends. */
function openInFrame() {
    const frame = document.createElement("iframe");
    frame.id = "amazon_consent";
    document.body.appendChild(frame);
    const assign = (url) => {
        frame.src = url;
    };
    const location = new Proxy(
        {},
        {get: (_, name) => (name === "assign" ? assign : window.location[name])}
    );
    Object.defineProperty(browser, "location", {configurable: true, value: location});
}

async function waitForPage(title) {
    const frame = document.getElementById("amazon_consent");
    for (let tries = 0; tries < 100; tries++) {
        // While it shows Amazon's page there is nothing that one may look at.
        const page = frame.contentDocument;
        if (page && page.querySelector("h1")) {
            const found = page.querySelector("h1").textContent;
            const back = page.querySelector("a.btn-primary");
            if (found !== title || back.textContent.trim() !== "Back to Odoo") {
                throw new Error(`${found} instead of ${title}`);
            }
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error("the way back was not opened");
}

function goAndBeRefused(title) {
    return [
        {
            content: "Look at Amazon's page in a frame",
            trigger: "button[name='action_consent']",
            run: openInFrame,
        },
        {
            content: "Go there; Amazon sends us back",
            trigger: "button[name='action_consent']",
            run: "click",
        },
        {
            content: "The page says what is wrong, and leads back",
            trigger: ".modal-body",
            run: () => waitForPage(title),
        },
    ];
}

const MISTAKES = {
    denied: "Amazon gave no authorization",
    unknown: "This was not begun here",
    expired_code: "Amazon did not complete the link",
    too_late: "That took too long",
};
for (const [mistake, title] of Object.entries(MISTAKES)) {
    registry.category("web_tour.tours").add(`amazon_connector_consent_${mistake}`, {
        test: true,
        url: "/web#action=sale.action_sale_config_settings",
        steps: () => patient([...openWizard, byConsent, ...goAndBeRefused(title)]),
    });
}

registry.category("web_tour.tours").add("amazon_connector_consent_other_seller", {
    test: true,
    steps: () => patient([
        {
            content: "Link it once more",
            trigger: "button[name='action_link']:contains('Link Again')",
            run: "click",
        },
        ...goAndBeRefused("This is another seller"),
    ]),
});
