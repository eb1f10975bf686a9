/** @odoo-module **/

import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {ListController} from "@web/views/list/list_controller";
import {ListRenderer} from "@web/views/list/list_renderer";
import {listView} from "@web/views/list/list_view";

const MODEL = "stock.picking";
const NUMBER = "carrier_tracking_ref";
const CLOSED = ["done", "cancel"];
const UNDER_WAY = ["pending", "processing"];
// How often Amazon's answers are looked for while some are awaited.
const SECONDS = 4;
// As many as are validated in one go.
const MOST = 300;

/** What to pick: picture, quantity, article, place. */
export class AmazonToPick extends Component {
    static template = "amazon_connector.ToPick";
    static props = {...standardFieldProps};

    get parts() {
        return this.props.record.data[this.props.name] || [];
    }

    /** Why it could not be shipped. */
    get error() {
        return this.props.record.data.amazon_ship_error;
    }
}

/** Amazon's reference with the marks of its order. */
export class AmazonDeskOrder extends Component {
    static template = "amazon_connector.DeskOrder";
    static props = {...standardFieldProps};

    get data() {
        return this.props.record.data;
    }

    get reference() {
        return this.data[this.props.name] || "";
    }
}

/** A scanner types a number and sends Enter: the next parcel's number is next. */
export class AmazonDeskRenderer extends ListRenderer {
    onCellKeydownEditMode(hotkey, cell, group, record) {
        if (hotkey === "enter" && cell.getAttribute("name") === NUMBER) {
            // What is typed is not in the record yet.
            const input = cell.querySelector("input");
            this.goToNextParcel(record, Boolean(input && input.value.trim()));
            return true;
        }
        return super.onCellKeydownEditMode(hotkey, cell, group, record);
    }

    async goToNextParcel(record, isScanned) {
        const list = this.props.list;
        const records = list.records;
        const position = records.indexOf(record);
        const next = records
            .slice(position + 1)
            .find((other) => !CLOSED.includes(other.data.state));
        // Parcel after parcel goes with the same carrier, unless one says otherwise.
        const before = records
            .slice(0, position)
            .reverse()
            .find((other) => other.data.carrier_id);
        if (before && isScanned && !record.data.carrier_id) {
            await record.update({carrier_id: before.data.carrier_id});
        }
        if (!(await list.leaveEditMode()) || !next) {
            return;
        }
        const columns = this.columns || this.state.columns;
        const column = columns.find((one) => one.name === NUMBER);
        this.cellToFocus = {column, record: next, forward: true};
        await list.enterEditMode(next);
    }
}

export class AmazonDeskController extends ListController {
    setup() {
        super.setup();
        this.deskOrm = useService("orm");
        this.deskAction = useService("action");
        this.desk = useState({isBusy: false});
        onMounted(() => {
            this.deskTimer = setInterval(() => this.lookForAnswers(), SECONDS * 1000);
        });
        onWillUnmount(() => clearInterval(this.deskTimer));
    }

    /** Those that are selected, else all that the search shows. */
    async getChosen() {
        const list = this.model.root;
        const selected = await list.getResIds(true);
        if (selected.length) {
            return {ids: selected, areSelected: true};
        }
        const ids = await this.deskOrm.search(MODEL, list.domain, {
            limit: MOST,
            order: "date_deadline, amazon_one_item, id",
        });
        return {ids, areSelected: false};
    }

    async callDesk(getMethod) {
        if (this.desk.isBusy) {
            return;
        }
        this.desk.isBusy = true;
        try {
            // What was typed last is saved first.
            if (!(await this.model.root.leaveEditMode())) {
                return;
            }
            const {ids, areSelected} = await this.getChosen();
            if (!ids.length) {
                return;
            }
            const action = await this.deskOrm.call(MODEL, getMethod(areSelected), [
                ids,
            ]);
            await this.model.load();
            if (action && action.type) {
                await this.deskAction.doAction(action, {
                    onClose: () => this.model.load(),
                });
            }
        } finally {
            this.desk.isBusy = false;
        }
    }

    onDeskShip() {
        return this.callDesk((areSelected) =>
            areSelected ? "action_amazon_ship" : "action_amazon_ship_all"
        );
    }

    onDeskPrintPicking() {
        return this.callDesk(() => "action_amazon_print_picking");
    }

    onDeskPrintSlips() {
        return this.callDesk(() => "action_amazon_print_slips");
    }

    /** Green ticks come by themselves; nobody who types is disturbed. */
    async lookForAnswers() {
        const list = this.model.root;
        if (document.hidden || this.desk.isBusy || this.isDeskOccupied()) {
            return;
        }
        const awaited = list.records.filter((record) =>
            UNDER_WAY.includes(record.data.amazon_sync_status)
        );
        if (!awaited.length) {
            return;
        }
        const rows = await this.deskOrm.silent.read(
            MODEL,
            awaited.map((record) => record.resId),
            ["amazon_sync_status"]
        );
        const known = Object.fromEntries(
            awaited.map((record) => [record.resId, record.data.amazon_sync_status])
        );
        const isNew = rows.some((row) => row.amazon_sync_status !== known[row.id]);
        if (isNew && !this.isDeskOccupied()) {
            await this.model.load();
        }
    }

    isDeskOccupied() {
        const list = this.model.root;
        return Boolean(list.editedRecord) || list.selection.length > 0;
    }
}

registry.category("fields").add("amazon_to_pick", {
    component: AmazonToPick,
    supportedTypes: ["json"],
});
registry.category("fields").add("amazon_desk_order", {
    component: AmazonDeskOrder,
    supportedTypes: ["char"],
});
registry.category("views").add("amazon_shipping_desk", {
    ...listView,
    Controller: AmazonDeskController,
    Renderer: AmazonDeskRenderer,
    buttonTemplate: "amazon_connector.DeskButtons",
});
