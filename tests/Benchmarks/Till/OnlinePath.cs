using Marquee.Domain;
using Marquee.Local.Stripe;
using Marquee.TerminalGateway.Payments;
using Marquee.TerminalGateway.Sales;

namespace Marquee.Benchmarks.Till;

/// <summary>
/// A sale through the till against a charge by the same client at the same processor (the Stripe stand-in, over HTTP), taking turns: what the
/// journal around a payment costs its customer.
/// </summary>
internal static class OnlinePath
{
    private const int WarmUp = 100;
    private const int Measured = 600;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<(double Ours, double Direct, double Overhead)> P99Async(string folder, CancellationToken cancellation)
    {
        await using var stripe = await StripeServer.StartAsync(
            new StripeOptions { DataPath = Path.Combine(folder, "stripe") }, TimeProvider.System, cancellation);
        await using var till = await BenchTill.OpenAsync(Path.Combine(folder, "till"), stripe.Address);
        var processor = till.Get<CardProcessor>();
        var (ours, direct) = (new List<double>(), new List<double>());
        for (var number = 0; number < WarmUp + Measured; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            var request = BenchTill.Request(number, terminal: 1) with { PaymentMethod = "pm_card_visa" };
            var sold = await TimeAsync(async () =>
            {
                var answer = await till.Desk.SellAsync(request);
                if (answer is not SaleAnswer.Approved { Sale.State: SaleState.ApprovedOnline }) throw new InvalidOperationException($"Not online: {answer}");
            });
            var payment = new CardPayment(
                $"direct/{number}", $"d-{number}", BenchTill.PopId, "terminal-1", BenchTill.EventId, new Money(BenchTill.Price, Currency.Eur), "pm_card_visa", TimeProvider.System.GetUtcNow());
            var charged = await TimeAsync(async () =>
            {
                var outcome = await processor.ChargeAsync(payment, Patience);
                if (outcome is not PaymentOutcome.Captured) throw new InvalidOperationException($"Not captured: {outcome}");
            });
            if (number < WarmUp) continue;
            ours.Add(sold);
            direct.Add(charged);
        }

        var (p99, p99Direct) = (P99(ours), P99(direct));
        return (p99, p99Direct, p99 - p99Direct);
    }

    private static double P99(List<double> values) => values.Order().ElementAt((int)(values.Count * 0.99));

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var at = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(at).TotalMilliseconds;
    }
}
