/** @odoo-module **/

/**
 * What the journeys of docs/journeys.rst take: clicks, and fields that are typed,
 * scanned or chosen. The tours hold themselves to it.
 */
export const JOURNEYS = {
    first_hour: [9, 5],
    ship_one_order: [3, 1],
    shipping_desk: [2, 10],
    match: [4, 0],
    refund: [4, 1],
    settlement: [2, 0],
};

/**
 * A step that chooses an option: of a list of the browser, or of the one that later
 * series draw themselves.
 *
 * @param {String} content
 * @param {String} field
 * @param {String} label of the option
 * @returns {Object}
 */
export function choose(content, field, label) {
    const widget = `.o_field_widget[name='${field}']`;
    return {
        content,
        trigger: `${widget} select, ${widget} input`,
        async run() {
            const element = this.anchor || this.$anchor[0];
            if (element.tagName === "SELECT") {
                const options = [...element.options];
                element.value = options.find((option) => option.text === label).value;
                element.dispatchEvent(new Event("change", {bubbles: true}));
                return;
            }
            element.click();
            for (let tries = 0; tries < 100; tries++) {
                const items = document.querySelectorAll(".o_select_menu_item");
                const item = [...items].find((each) => each.textContent.trim() === label);
                if (item) {
                    item.click();
                    return;
                }
                await new Promise((resolve) => setTimeout(resolve, 50));
            }
            throw new Error(`${field}: ${label} is not offered`);
        },
    };
}

/**
 * @param {String} name of the journey
 * @param {Array} steps of its tour
 * @returns {Array} the same steps
 */
export function hold(name, steps) {
    const clicks = steps.filter((step) => step.run === "click").length;
    // Later series call it otherwise.
    const typed = steps.filter((step) => /^(text|edit) /.test(step.run));
    const chosen = steps.filter((step) => / select, /.test(step.trigger));
    const entries = typed.length + chosen.length;
    if (String([clicks, entries]) !== String(JOURNEYS[name])) {
        throw new Error(`${name}: ${clicks} clicks, ${entries} fields`);
    }
    return steps;
}
