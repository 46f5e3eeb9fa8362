using Marquee.Domain;
using Marquee.Domain.Contracts;
using Marquee.Domain.Events;
using Marquee.Domain.Splitting;
using Marquee.Simulation.Time;

namespace Marquee.Simulation.World;

/// <summary>A fault planted on purpose: the simulation has to find each of them, or it proves nothing.</summary>
internal enum Mutation
{
    None,

    /// <summary>The gateway's disk says that it has synced and has not.</summary>
    DiskLosesSyncs,

    /// <summary>Every request to the processor goes under a fresh key.</summary>
    FreshKeys,

    /// <summary>The bus accepts facts now and then without keeping them.</summary>
    BusForgets,

    /// <summary>The tables take a write on a row that has changed since it was read.</summary>
    ETagsIgnored,

    /// <summary>The till is told that it may sell more than the PoP has.</summary>
    QuotaTooHigh,

    /// <summary>The till is told floor limits above the agreed ones.</summary>
    LimitsTooHigh,

    /// <summary>
    /// Payments as naive store-and-forward makes them: each request under a fresh key, and nothing is looked up. Its errors are counted, not
    /// reported, for the benchmark that puts a figure to them.
    /// </summary>
    NaivePayments,
}

/// <summary>How large a seed's world is and what it is made of.</summary>
internal sealed record WorldPlan
{
    public static readonly DateTimeOffset Doors = new(2026, 11, 27, 18, 0, 0, TimeSpan.Zero);

    public const string EventId = "watch-night";

    public required ulong Seed { get; init; }

    public Mutation Mutation { get; init; }

    public required IReadOnlyList<string> Pops { get; init; }

    public required int TerminalsPerPop { get; init; }

    public required int OrdersPerTerminal { get; init; }

    /// <summary>How long the storms blow; orders come for about as long.</summary>
    public required TimeSpan Evening { get; init; }

    /// <summary>Storms in the evening, of any kind.</summary>
    public required int Storms { get; init; }

    /// <summary>The till is switched off with its journal open and comes back after the processor's keys are forgotten.</summary>
    public required bool Overnight { get; init; }

    public required int Quota { get; init; }

    public required OfflineLimits Limits { get; init; }

    public required TimeSpan DuplicateWindow { get; init; }

    public int Orders => Pops.Count * TerminalsPerPop * OrdersPerTerminal;

    /// <summary>Mostly small worlds, in which every order meets a storm; one in a hundred is an evening of a full venue.</summary>
    public static WorldPlan Of(ulong seed, Mutation mutation = Mutation.None)
    {
        var chance = new Chance(seed).Of("plan");
        var size = chance.Int(0, 100);
        var (pops, terminals, orders, minutes) = size switch
        {
            0 => (2, 10, 25, 10),
            < 6 => (2, 4, 12, 5),
            < 25 => (2, 2, 6, 3),
            _ => (1, chance.Int(2, 5), chance.Int(4, 9), 2),
        };
        return new WorldPlan
        {
            Seed = seed,
            Mutation = mutation,
            Pops = pops == 2 ? ["berlin", "lisbon"] : ["berlin"],
            TerminalsPerPop = terminals,
            OrdersPerTerminal = orders,
            Evening = TimeSpan.FromMinutes(minutes * (0.5 + chance.Part())),
            Storms = chance.Int(1, 6) * (size < 6 ? 4 : 2),
            Overnight = chance.Happens(0.03),
            // Sometimes there is more to sell than customers, mostly not.
            Quota = chance.Happens(0.5) ? 10_000 : Math.Max(4, terminals * orders),
            Limits = new OfflineLimits(chance.Int(3_000, 20_000), chance.Int(8_000, 120_000)),
            DuplicateWindow = chance.Happens(0.5) ? TimeSpan.FromDays(7) : TimeSpan.FromSeconds(chance.Int(1, 30)),
        };
    }

    public EventPlan Event(OfflineLimits limits) => new()
    {
        Id = EventId,
        Title = "Watch night",
        VenueId = "halle-am-kanal",
        PopIds = Pops,
        Currency = Currency.Eur,
        StartsAt = Doors,
        EndsAt = Doors.AddDays(1),
        DropWindow = TimeSpan.FromHours(1),
        Split = new SplitRules(1, 500, [new SplitShare("the-band", 6000), new SplitShare("the-label", 4000)], "the-band"),
        OfflineLimits = limits,
    };

    public IReadOnlyList<Product> Products(int quota) =>
    [
        new Product("shirt", "Shirt", 2_500, 1900, Pops.ToDictionary(pop => pop, _ => quota)),
        new Product("poster", "Poster", 700, 700, Pops.ToDictionary(pop => pop, _ => quota)),
    ];
}
