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
 * @param {String} name of the journey
 * @param {Array} steps of its tour
 * @returns {Array} the same steps
 */
export function hold(name, steps) {
    const clicks = steps.filter((step) => step.run === "click").length;
    // Later series call it otherwise.
    const entries = steps.filter((step) => /^(text|edit) /.test(step.run)).length;
    if (String([clicks, entries]) !== String(JOURNEYS[name])) {
        throw new Error(`${name}: ${clicks} clicks, ${entries} fields`);
    }
    return steps;
}
