using System.Globalization;
using Marquee.EdgeSync.Facts;
using Marquee.Simulation.Processor;
using Marquee.TerminalGateway.Catalogue;
using Marquee.TerminalGateway.Sales;

namespace Marquee.Simulation.World;

/// <summary>
/// What must hold after every step: no approved sale is lost and none taken back, no order is charged twice, nothing is sold that is not
/// there, floor limits hold, the cloud's ledger balances. <see cref="Books"/> compares all of it when the world has come to rest.
/// </summary>
internal sealed class Watch
{
    /// <summary>Rows that one look may read beside each change: keeps a full venue's evening linear.</summary>
    private const int RowsPerChange = 60;

    private readonly SimWorld _world;
    private readonly Dictionary<string, SaleRequest> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Promise> _promises = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _charges = new(StringComparer.Ordinal);
    private readonly HashSet<string> _offline = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Look> _looks = new(StringComparer.Ordinal);

    public Watch(SimWorld world)
    {
        _world = world;
        world.Processor.Moved = Charged;
        world.Tables.Changed = new LedgerWatch(world).Check;
    }

    public IReadOnlyDictionary<string, Promise> Promises => _promises;

    /// <summary>Sales that any journal has as approved without the processor.</summary>
    public int Offline => _offline.Count;

    public int Approved => _promises.Values.Count(p => p.Approved);

    /// <summary>A terminal is about to ask.</summary>
    public void Asks(SaleRequest request) => _asked[request.OrderId] = request;

    /// <summary>A terminal has heard an answer, which stands for ever.</summary>
    public void Told(Pop pop, SaleRequest request, SaleAnswer answer)
    {
        var approved = answer is SaleAnswer.Approved;
        var total = answer is SaleAnswer.Approved sale ? sale.Sale.Total.MinorUnits : 0;
        if (_promises.TryGetValue(request.OrderId, out var before) && (before.Approved != approved || before.Total != total))
            throw new ViolationException("an answer stands", $"{request.OrderId} was {before} and is told to be {approved} {total}");
        _promises[request.OrderId] = new Promise(pop.Id, approved, total);
    }

    public void AfterStep()
    {
        foreach (var pop in _world.Pops)
        {
            if (pop.Gateway is not { IsServing: true, Life.IsOver: false } gateway) continue;
            var look = _looks.GetValueOrDefault(pop.Id);
            var isNewLife = look?.Life != gateway.Life.Name;
            if (!isNewLife && pop.Disk.Writes < look!.NextAt) continue;
            var rows = pop.Read(JournalRow.All)!;
            Check(pop, rows, isNewLife || rows.Count < RowsPerChange);
            _looks[pop.Id] = new Look(gateway.Life.Name, pop.Disk.Writes + Math.Max(1, rows.Count / RowsPerChange * 10));
        }
    }

    /// <summary>What keeps the healed world from its rest; null when nothing does.</summary>
    public string? Restless()
    {
        foreach (var pop in _world.Pops)
        {
            if (pop.Gateway is not { IsServing: true, Life.IsOver: false } gateway) return $"{pop.Id} is down";
            var open = pop.Read(JournalRow.All)!.Where(r => r.IsOpen).ToList();
            if (open.Count > 0) return $"{pop.Id} has {open.Count} open sales, {open[0]} among them";
            if (gateway.Get<Outbox>().Pending() is > 0 and var facts) return $"{pop.Id} has {facts} facts to send";
            if (pop.Read(r => EventBook.Find(r, WorldPlan.EventId)) is not { IsOver: true } popEvent) return $"{pop.Id} still sells";
            if (popEvent.DrainedVersion < popEvent.Version) return $"{pop.Id} has not said that it is drained";
        }

        return _world.Bus.IsDrained ? null : "messages wait in the bus";
    }

    private void Check(Pop pop, IReadOnlyList<JournalRow> rows, bool promises)
    {
        var plan = _world.Plan;
        var outstanding = 0L;
        var units = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (row.State == "approvedOffline") outstanding += row.Total;
            if (row.WasOffline) _offline.Add(row.OrderId);
            if (row.WasOffline && row.Total > plan.Limits.PerSaleMinorUnits)
                throw new ViolationException("floor limits hold", $"{row} is above {plan.Limits.PerSaleMinorUnits} for one sale");
            if (!row.HasGoods) continue;
            foreach (var line in _asked[row.OrderId].Lines) units[line.Sku] = units.GetValueOrDefault(line.Sku) + line.Quantity;
        }

        if (outstanding > plan.Limits.OutstandingMinorUnits)
            throw new ViolationException("floor limits hold", $"{pop.Id} has {outstanding} outstanding of {plan.Limits.OutstandingMinorUnits}");
        foreach (var (sku, sold) in units.Where(u => u.Value > plan.Quota))
            throw new ViolationException("nothing is oversold", $"{pop.Id} has sold {sold} {sku} of {plan.Quota}");
        if (promises) CheckPromises(pop, rows);
    }

    internal void CheckPromises(Pop pop, IReadOnlyList<JournalRow> rows)
    {
        var known = rows.ToDictionary(r => r.OrderId, StringComparer.Ordinal);
        foreach (var (orderId, promise) in _promises.Where(p => p.Value.PopId == pop.Id))
        {
            var row = known.GetValueOrDefault(orderId);
            if (promise.Approved && (row is not { IsApproved: true } || row.Total != promise.Total))
                throw new ViolationException("no approved sale is lost", $"{orderId} was told {promise} and is {row?.ToString() ?? "not in the journal"}");
            if (!promise.Approved && row is not { State: "declined" })
                throw new ViolationException("a declined sale stays declined", $"{orderId} is {row?.ToString() ?? "not in the journal"}");
        }
    }

    private void Charged(Intent intent)
    {
        _world.Story?.Tell("processor", $"{intent}");
        if (intent.Refunded > 0) return;
        var key = intent.Pop + "/" + intent.Order;
        var times = _charges[key] = _charges.GetValueOrDefault(key) + 1;
        // Not thrown: it would reach the till as the processor's answer.
        if (times > 1 && _world.Plan.Mutation != Mutation.NaivePayments) _world.Break("no order is charged twice", string.Create(CultureInfo.InvariantCulture, $"{key} {times} times, {intent.Id} the last"));
    }

    /// <summary>What a terminal was told of an order.</summary>
    internal sealed record Promise(string PopId, bool Approved, long Total);

    private sealed record Look(string Life, long NextAt);
}
