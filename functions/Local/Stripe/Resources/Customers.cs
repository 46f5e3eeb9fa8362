using System.Text.Json.Nodes;
using Marquee.Local.Stripe.Webhooks;
using Marquee.Local.Stripe.Wire;

namespace Marquee.Local.Stripe.Resources;

/// <summary>Customers: whom saved payment methods belong to.</summary>
internal static class Customers
{
    private static readonly string[] Settable =
        ["address", "description", "email", "invoice_settings", "name", "phone", "preferred_locales", "shipping", "tax_exempt"];

    public static void Register(Routes routes) => routes
        .On("POST /v1/customers", Create)
        .On("GET /v1/customers", call => Page.Of(call, "customer", null, "email"))
        .On("GET /v1/customers/{customer}", call => Read(call))
        .On("POST /v1/customers/{customer}", Change)
        .On("DELETE /v1/customers/{customer}", Delete);

    private static Answer Create(Call call)
    {
        var customer = new JsonObject
        {
            ["id"] = call.Session.NewId("cus_")[..18],
            ["object"] = "customer",
            ["address"] = null,
            ["balance"] = 0,
            ["created"] = call.Session.NowSeconds,
            ["currency"] = null,
            ["default_source"] = null,
            ["delinquent"] = false,
            ["description"] = null,
            ["email"] = null,
            ["invoice_settings"] = new JsonObject { ["default_payment_method"] = null },
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["name"] = null,
            ["phone"] = null,
            ["preferred_locales"] = new JsonArray(),
            ["shipping"] = null,
            ["tax_exempt"] = "none",
        };
        customer.Take(call.Parameters, Settable);
        customer.TakeMetadata(call.Parameters);
        call.Session.Insert(customer);
        if (call.Parameters.Given("payment_method") is { } method)
            PaymentMethods.AttachTo(call.Session, PaymentMethods.Use(call.Session, method, "payment_method"), customer.Text("id")!);
        EventLog.Emit(call.Session, "customer.created", customer);
        return customer;
    }

    private static JsonObject Read(Call call)
    {
        var customer = call.Session.Require("customer", call["customer"], "customer");
        return customer.Flag("deleted") ? Gone(customer) : customer;
    }

    private static JsonObject Open(Call call)
    {
        var customer = call.Session.Require("customer", call["customer"], "customer");
        return customer.Flag("deleted") ? throw ApiError.Missing("customer", call["customer"], "customer") : customer;
    }

    private static Answer Change(Call call)
    {
        var customer = Open(call);
        customer.Take(call.Parameters, Settable);
        customer.TakeMetadata(call.Parameters);
        call.Session.Update(customer);
        EventLog.Emit(call.Session, "customer.updated", customer);
        return customer;
    }

    private static Answer Delete(Call call)
    {
        var customer = Open(call);
        customer["deleted"] = true;
        // The person is erased; the id stays so that old charges can still be read.
        foreach (var personal in (ReadOnlySpan<string>)["address", "description", "email", "name", "phone", "shipping"])
            customer[personal] = null;
        call.Session.Update(customer);
        EventLog.Emit(call.Session, "customer.deleted", customer);
        return Gone(customer);
    }

    private static JsonObject Gone(JsonObject customer) =>
        new() { ["id"] = customer.Text("id"), ["object"] = "customer", ["deleted"] = true };
}
