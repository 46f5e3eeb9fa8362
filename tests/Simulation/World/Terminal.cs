using Marquee.Simulation.Time;
using Marquee.TerminalGateway.Sales;

namespace Marquee.Simulation.World;

/// <summary>
/// A terminal and the person behind it: takes orders, asks again under the same order when it hears nothing, shows what it is told. Its
/// memory of what it was told is what the gateway is held to.
/// </summary>
internal sealed class Terminal(SimWorld world, Pop pop, int number)
{
    private const int MaxTries = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private readonly Chance _chance = world.Seed.Of(FormattableString.Invariant($"terminal/{pop.Id}/{number}"));
    private readonly string _id = FormattableString.Invariant($"{pop.Id}-t{number}");
    private readonly VirtualTime _time = new(world.Agenda);

    public async Task RunAsync()
    {
        var pause = world.Plan.Evening / world.Plan.OrdersPerTerminal;
        for (var order = 1; order <= world.Plan.OrdersPerTerminal; order++)
        {
            await world.Agenda.WaitAsync(_chance.Between(TimeSpan.Zero, pause * 2)).ConfigureAwait(false);
            var request = Request(order);
            world.Watch.Asks(request);
            await PlaceAsync(request).ConfigureAwait(false);
            // A receipt asked for again, a finger that presses twice: much later, or at once.
            if (_chance.Happens(0.15)) await PlaceAsync(request).ConfigureAwait(false);
        }
    }

    private SaleRequest Request(int order)
    {
        var lines = new List<OrderLine> { new(_chance.Happens(0.6) ? "shirt" : "poster", _chance.Int(1, 4)) };
        if (_chance.Happens(0.3)) lines.Add(new OrderLine("poster", 1));
        if (_chance.Happens(0.1)) lines.Add(lines[0]);
        var tip = _chance.Happens(0.3) ? _chance.Int(1, 500) : 0;
        return new SaleRequest(
            FormattableString.Invariant($"{_id}-{order}"), _id, order, WorldPlan.EventId, lines, tip, FormattableString.Invariant($"pm_card_{_chance.Int(0, 40)}"));
    }

    private async Task PlaceAsync(SaleRequest request)
    {
        for (var attempt = 1; attempt <= MaxTries; attempt++)
        {
            var answer = await AskAsync(request).ConfigureAwait(false);
            world.Story?.Tell(_id, $"{request.OrderId} try {attempt}: {Say(answer)}");
            switch (answer)
            {
                case SaleAnswer.Approved:
                case SaleAnswer.Declined:
                    world.Watch.Told(pop, request, answer);
                    return;
                case SaleAnswer.Refused { Reason: SaleRefusal.UnknownEvent or SaleRefusal.EventNotLive or SaleRefusal.JournalFull or SaleRefusal.Busy }:
                case SaleAnswer.Unresolved:
                case null:
                    await world.Agenda.WaitAsync(_chance.Between(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5))).ConfigureAwait(false);
                    break;
                default:
                    return;
            }
        }
    }

    private async Task<SaleAnswer?> AskAsync(SaleRequest request)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        try
        {
            return await pop.Lan.CallAsync(() => pop.SellAsync(request), caller: null, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or HttpRequestException)
        {
            return null;
        }
    }

    private static string Say(SaleAnswer? answer) => answer switch
    {
        null => "no answer",
        SaleAnswer.Approved approved => "approved " + approved.Sale.State,
        SaleAnswer.Refused refused => "refused " + refused.Reason,
        _ => answer.GetType().Name,
    };
}
