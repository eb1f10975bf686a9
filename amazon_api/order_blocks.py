"""The blocks of an order, one function each: JSON to the objects of `order_parts`.

The names on the left are ours, the strings are Amazon's (Orders API v2026-01-01).
"""

from __future__ import annotations

from .order_parts import (
    Address,
    AssociatedItem,
    Breakdown,
    Cancellation,
    DeliveryPreference,
    Fulfillment,
    Measurement,
    OpeningHours,
    Package,
    PackageItem,
    Payment,
    Points,
    Proceeds,
    ProceedsDetail,
    Product,
    TaxCollection,
    TaxRegistration,
    Window,
)
from .orders import OrderItem
from .reader import Reader

_CONSTRAINTS = (
    "palletDelivery",
    "cashOnDelivery",
    "signatureConfirmation",
    "recipientIdentityVerification",
    "recipientAgeVerification",
)


def item_of(item: Reader) -> OrderItem:
    item.require("product")
    cancellation = item.object("cancellation")
    fulfillment = item.object("fulfillment")
    packing = fulfillment.object("packing")
    gift = packing.object("giftOption")
    shipping = fulfillment.object("shipping")
    constraints = shipping.object("shippingConstraints")
    tax = item.object("tax")
    serials = packing.object("serialNumberRequirement")
    substitution = fulfillment.object("picking").object("substitutionPreference")
    return OrderItem(
        item_id=item.required_identifier("orderItemId"),
        quantity=item.required_count("quantityOrdered"),
        product=product_of(item.object("product")),
        proceeds=proceeds_of(item.object("proceeds"), "proceedsTotal"),
        quantity_fulfilled=fulfillment.count("quantityFulfilled"),
        quantity_unfulfilled=fulfillment.count("quantityUnfulfilled"),
        cancellation_request=cancellation_of(
            cancellation.object("cancellationRequest"), "requester"
        ),
        cancellation_execution=cancellation_of(
            cancellation.object("cancellationExecution"), "cancelledBy"
        ),
        promotion_ids=_filled(
            promotion.text("promotionId")
            for promotion in item.object("promotion").objects("breakdowns")
        ),
        gift_message=gift.text("giftMessage"),
        gift_wrap_level=gift.text("giftWrapLevel"),
        tax_collections=tuple(
            TaxCollection(entry.text("model"), entry.text("responsibleParty"))
            for entry in tax.objects("taxCollections")
        ),
        reporting_schemes=_filled(
            entry.text("reportingScheme")
            for entry in tax.objects("taxCalculationBreakdowns")
        ),
        ioss_number=shipping.object("internationalShipping").identifier("iossNumber"),
        points=points_of(item),
        programs=item.texts("programs"),
        associated_items=tuple(
            AssociatedItem(
                other.identifier("orderId"),
                other.identifier("orderItemId"),
                other.text("associationType"),
            )
            for other in item.objects("associatedOrderItems")
        ),
        measurement=measurement_of(item.object("measurement")),
        constraints=tuple(name for name in _CONSTRAINTS if constraints.text(name)),
        scheduled_delivery=window_of(shipping, "scheduledDeliveryWindow"),
        serial_numbers_required=serials.text("requirementType") == "REQUIRED",
        substitution=substitution.text("substitutionType"),
    )


def product_of(product: Reader) -> Product:
    condition = product.object("condition")
    price = product.object("price")
    return Product(
        asin=product.identifier("asin"),
        sku=product.identifier("sellerSku"),
        title=product.text("title"),
        condition=condition.text("conditionType"),
        condition_subtype=condition.text("conditionSubtype"),
        condition_note=condition.text("conditionNote"),
        unit_price=price.money("unitPrice"),
        price_designation=price.text("priceDesignation"),
        serial_numbers=product.texts("serialNumbers"),
        customization_url=product.object("customization").text("customizedUrl"),
    )


def proceeds_of(proceeds: Reader, total: str) -> Proceeds:
    return Proceeds(
        total=proceeds.money(total),
        breakdowns=tuple(_breakdown_of(p) for p in proceeds.objects("breakdowns")),
    )


def _breakdown_of(part: Reader) -> Breakdown:
    return Breakdown(
        type=part.required_identifier("type"),
        subtotal=part.required_money("subtotal"),
        status=part.text("status"),
        details=tuple(
            ProceedsDetail(detail.text("subtype"), detail.money("value"))
            for detail in part.objects("detailedBreakdowns")
        ),
    )


def address_of(address: Reader) -> Address | None:
    if not address:
        return None
    extended = address.object("extendedFields")
    return Address(
        name=address.text("name"),
        company_name=address.text("companyName"),
        line1=address.text("addressLine1"),
        line2=address.text("addressLine2"),
        line3=address.text("addressLine3"),
        city=address.text("city"),
        district_or_county=address.text("districtOrCounty"),
        state_or_region=address.text("stateOrRegion"),
        municipality=address.text("municipality"),
        postal_code=address.text("postalCode"),
        country_code=address.text("countryCode"),
        phone=address.text("phone"),
        address_type=address.text("addressType"),
        street_name=extended.text("streetName"),
        street_number=extended.text("streetNumber"),
        complement=extended.text("complement"),
        neighborhood=extended.text("neighborhood"),
    )


def delivery_preference_of(preference: Reader) -> DeliveryPreference | None:
    if not preference:
        return None
    times = preference.object("deliveryTime")
    return DeliveryPreference(
        drop_off_location=preference.text("dropOffLocation"),
        address_instruction=preference.text("addressInstruction"),
        business_hours=tuple(
            OpeningHours(hours.text("dayOfWeek"), None, _windows_of(hours))
            for hours in times.objects("businessHours")
        ),
        exception_dates=tuple(
            OpeningHours(
                hours.text("exceptionDate"),
                hours.text("exceptionDateType"),
                _windows_of(hours),
            )
            for hours in times.objects("exceptionDates")
        ),
        capabilities=preference.texts("deliveryCapabilities"),
    )


def _windows_of(hours: Reader) -> tuple[tuple[str | None, str | None], ...]:
    return tuple(
        (_clock_time(window.object("startTime")), _clock_time(window.object("endTime")))
        for window in hours.objects("timeWindows")
    )


def _clock_time(time: Reader) -> str | None:
    hour, minute = time.count("hour"), time.count("minute")
    return None if hour is None else f"{hour:02d}:{minute or 0:02d}"


def payment_of(payment: Reader) -> Payment:
    return Payment(
        method=payment.text("paymentMethod"),
        amount=payment.money("paymentAmount"),
        acquirer_id=payment.text("acquirerId"),
        card_brand=payment.text("cardBrand"),
        authorization_code=payment.text("authorizationCode"),
    )


def tax_registration_of(registration: Reader) -> TaxRegistration:
    return TaxRegistration(
        entity_type=registration.text("entityType"),
        registration_type=registration.text("taxRegistrationType"),
        number=registration.text("taxRegistrationNumber"),
        legal_name=registration.text("legalName"),
        address=address_of(registration.object("taxRegistrationAddress")),
        attributes=tuple(
            (entry.text("key"), entry.text("value"))
            for entry in registration.objects("taxRegistrationAttributes")
        ),
    )


def fulfillment_of(fulfillment: Reader) -> Fulfillment | None:
    if not fulfillment:
        return None
    return Fulfillment(
        status=fulfillment.required_identifier("fulfillmentStatus"),
        fulfilled_by=fulfillment.text("fulfilledBy"),
        service_level=fulfillment.text("fulfillmentServiceLevel"),
        ship_by=window_of(fulfillment, "shipByWindow"),
        deliver_by=window_of(fulfillment, "deliverByWindow"),
        label_printing=window_of(fulfillment, "labelPrintingWindow"),
    )


def package_of(package: Reader) -> Package:
    status = package.object("packageStatus")
    return Package(
        reference=package.required_identifier("packageReferenceId"),
        created_time=package.moment("createdTime"),
        status=status.text("status"),
        detailed_status=status.text("detailedStatus"),
        carrier=package.text("carrier"),
        shipping_service=package.text("shippingService"),
        tracking_number=package.text("trackingNumber"),
        ship_time=package.moment("shipTime"),
        ship_from=address_of(package.object("shipFromAddress")),
        items=tuple(
            PackageItem(
                entry.required_identifier("orderItemId"),
                entry.required_count("quantity"),
                entry.texts("transparencyCodes"),
            )
            for entry in package.objects("packageItems")
        ),
    )


def window_of(parent: Reader, name: str) -> Window:
    window = parent.object(name)
    return Window(window.moment("earliestDateTime"), window.moment("latestDateTime"))


def cancellation_of(cancellation: Reader, by: str) -> Cancellation | None:
    if not cancellation:
        return None
    return Cancellation(cancellation.text(by), cancellation.text("cancelReason"))


def measurement_of(measurement: Reader) -> Measurement | None:
    if not measurement:
        return None
    return Measurement(
        measurement.required_identifier("unit"), measurement.number("value")
    )


def points_of(item: Reader) -> Points | None:
    points = item.object("expense").object("pointsCost").object("pointsGranted")
    if not points:
        return None
    return Points(points.count("pointsNumber"), points.money("pointsMonetaryValue"))


def _filled(texts) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
