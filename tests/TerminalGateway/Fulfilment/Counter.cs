using Marquee.TerminalGateway.Fulfilment;
using Marquee.TerminalGateway.Sales;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests.Fulfilment;

/// <summary>The pick-up counter of a test's till, which sells without the processor.</summary>
internal static class Counter
{
    public static readonly DateTimeOffset Evening = new(2026, 11, 20, 21, 0, 0, TimeSpan.Zero);

    private static int _actions;

    public static Task<SaleAnswer> OrderAsync(this TestTill till, string orderId, int minutes = 10, int quantity = 1, string sku = "shirt") =>
        till.SellAsync(TestTill.Request(orderId, quantity, sku: sku) with { PromisedAt = Evening.AddMinutes(minutes) });

    public static PickAction Action(string orderId, PickVerb verb, string picker = "ada", string? code = null, IReadOnlyList<OrderLine>? missing = null) =>
        new($"a-{Interlocked.Increment(ref _actions)}", orderId, verb, picker, code, missing);

    public static Task<PickAnswer> TakeAsync(this TestTill till, PickAction action) =>
        till.Store.WriteAsync(tx => till.Services.GetRequiredService<PickDesk>().Take(tx, action));

    public static async Task DoneAsync(this TestTill till, string orderId, params IReadOnlyList<PickVerb> verbs)
    {
        foreach (var verb in verbs) Assert.Null((await till.TakeAsync(Action(orderId, verb))).Refusal);
    }

    public static async Task RefusedAsync(this TestTill till, string code, PickAction action) => Assert.Equal(code, (await till.TakeAsync(action)).Refusal);

    public static string CodeOf(this TestTill till, string orderId) =>
        till.Services.GetRequiredService<PickupCode>().Of(orderId, till.Pick(orderId).Issue);

    public static PickOrder Pick(this TestTill till, string orderId) => till.Store.Read(r => PickRegister.Find(r, orderId))!;

    public static IReadOnlyList<string> Queue(this TestTill till) => [.. till.Store.Read(r => PickRegister.Open(r, 100)).Select(o => o.OrderId)];

    public static TestTill Start(string folder, FakeTimeProvider time, int outboxCapacity = 10_000) =>
        new(folder, new Uri("http://127.0.0.1:1"), time, outboxCapacity: outboxCapacity);
}
