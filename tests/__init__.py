"""All modules of tests, room by room."""

# Odoo runs the modules that stand here by name, so each room's are imported one by one.
# The rooms themselves import nothing: the base classes of one may use those of another.
from . import test_access_matrix
from . import test_clock_jumps
from . import test_contract
from . import test_fault_table
from . import test_house
from . import test_languages
from . import test_ordinary_orders
from . import test_outsiders
from . import test_own_fields
from . import test_translations
from .account import (
    test_access,
    test_access_models,
    test_access_roles,
    test_archive,
    test_data,
    test_marketplace_settings,
    test_neutralize,
    test_purge,
    test_queue_step,
    test_secrets,
    test_secrets_rpc,
    test_secrets_seen,
    test_settings,
    test_time_budget,
)
from .connection import (
    test_call_log,
    test_connection,
    test_consent_leaks,
    test_consent_return,
    test_granted_roles,
    test_rate_limit,
)
from .linking import (
    test_fault_links,
    test_link_tours,
    test_linking,
)
from .alerts import (
    test_alarm,
    test_reminders,
)
from .outbox import (
    test_feed_costs,
    test_feeds,
    test_feeds_lost,
    test_feeds_silent,
    test_feeds_waiting,
)
from .reports import test_reports
from .import_speed import (
    test_levers,
    test_levers_expiry,
    test_levers_kits,
    test_levers_memo,
)
from .orders import (
    test_concurrency,
    test_fairness,
    test_money,
    test_money_notice,
    test_money_random,
    test_offers,
    test_order_changes,
    test_orders_in,
    test_orders_troubled,
    test_partner_identity,
    test_partners,
    test_prices_kept,
    test_reading_troubled,
    test_reading_window,
    test_sql_costs,
    test_states,
    test_stock_turn,
    test_whole_orders,
    test_whole_orders_again,
    test_words_of_tomorrow,
)
from .order_details import test_order_details
from .recovery import (
    test_fault_again,
    test_go_live,
    test_order_check,
    test_recover_orders,
    test_recover_window,
)
from .pending import (
    test_pending_costs,
    test_pending_holds,
    test_pending_orders,
)
from .fba import (
    test_fault_fba_stock,
    test_fba,
    test_fba_kits,
    test_fba_lots,
    test_fba_places,
    test_fba_reading,
    test_fba_reading_cron,
    test_fba_stock,
)
from .fba_adjustment import test_fba_adjustment
from .shipments import (
    test_handover,
    test_pieces,
    test_pieces_again,
    test_pieces_kits,
    test_shipments,
    test_shipments_bought,
    test_shipments_kept,
    test_shipments_packages,
    test_shipments_people,
    test_shipments_steps,
    test_shipments_troubled,
    test_shipments_waiting,
    test_shipping_costs,
)
from .cancellations import (
    test_cancellation_wishes,
    test_cancellations,
    test_cancellations_refused,
)
from .stock import (
    test_fault_stock,
    test_stock_changes,
    test_stock_costs,
    test_stock_drift,
    test_stock_feeds,
    test_stock_first,
    test_stock_given_back,
    test_stock_kits,
    test_stock_late_feeds,
    test_stock_messages,
    test_stock_offers,
    test_stock_orders,
    test_stock_people,
    test_stock_quantities,
    test_stock_results,
)
from .stock_guard import test_stock_guard
from .catalogue import (
    test_catalogue,
    test_catalogue_costs,
    test_catalogue_gone,
    test_catalogue_guard,
    test_fault_reports,
)
from .matching import (
    test_match,
    test_match_orders,
    test_match_orders_left,
    test_match_suggestions,
    test_match_waiting,
    test_tour_match,
)
from .packing import (
    test_delivery_says,
    test_validate_delivery,
)
from .shipping_desk import (
    test_shipping_desk,
    test_shipping_desk_costs,
    test_tour_desk,
)
from .history import (
    test_fault_history,
    test_history,
    test_history_costs,
    test_history_work,
    test_other_connector,
    test_take_over,
    test_take_over_offers,
)
from .privacy import (
    test_buyer_contact,
    test_buyer_mails,
    test_erasure,
    test_erasure_kept,
    test_erasure_work,
    test_personal_data,
    test_personal_data_reports,
    test_personal_words,
    test_take_over_erasure,
)
from .overview import (
    test_dashboard,
    test_journeys,
    test_menus,
    test_problems,
    test_progress,
    test_sales_report,
    test_screen_costs,
    test_screens,
    test_tour,
    test_tour_phone,
    test_tour_watch,
)
from .returns import (
    test_refunds,
    test_refunds_random,
    test_returns,
    test_returns_kits,
)
from .seller_refunds import (
    test_fault_refunds,
    test_tell_refund,
)
from .invoices import (
    test_fault_invoices,
    test_invoice_data,
    test_invoice_factur_x,
    test_invoice_layout,
    test_invoices,
)
from .settlements import (
    test_settlement_again,
    test_settlement_booking,
    test_settlement_costs,
    test_settlement_fetch,
    test_settlement_l10n,
    test_settlement_margin,
    test_settlement_options,
    test_settlement_random,
    test_settlement_taxes,
)
from .identity import (
    test_attacks,
    test_identity,
    test_rights,
    test_updates,
    test_views_as_roles,
)
from .taxes import (
    test_invoicing,
    test_mixed_orders,
    test_tax_problems,
    test_taxes,
    test_taxes_changed,
    test_taxes_random,
)
from .stock_count import test_stock_truth
from .fast_lane import test_stock_now
from .clock import test_clock
from .digest import test_digest
from .going_live import (
    test_going_live,
    test_tour_first_hour,
)
from .completeness import (
    test_linked_anew,
    test_one_seller,
    test_orders_from,
    test_shipped_without,
)
from .timeline import test_timeline
