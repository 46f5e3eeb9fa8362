using Marquee.App.Provisioning;
using Marquee.App.Storage;
using Marquee.Domain.Events;
using Marquee.Simulation.Bus;
using Marquee.Simulation.Cloud;
using Marquee.Simulation.Disk;
using Marquee.Simulation.Net;
using Marquee.Simulation.Processor;
using Marquee.Simulation.Till;
using Marquee.Simulation.Time;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marquee.Simulation.World;

/// <summary>
/// A seed's world: PoPs with their gateways and terminals, the processor, the bus, the cloud. It plays an evening in storms, then heals, and
/// has to come to rest with its books in agreement.
/// </summary>
internal sealed class SimWorld : IAsyncDisposable
{
    private const int StoryLines = 400;
    private const int Hosts = 2;

    /// <summary>How long a healed world may take to come to rest: longer than every back-off and lock in it.</summary>
    private static readonly TimeSpan RestMost = TimeSpan.FromMinutes(30);

    private readonly List<CloudHost> _hosts = [];
    private readonly List<CloudHost> _deadHosts = [];
    private readonly Weather _fairBus = Weather.Of(2, 20);
    private readonly Chance _chance;
    private SimApp _office = null!;

    public SimWorld(WorldPlan plan, string folder, bool tell)
    {
        (Plan, Folder, Seed) = (plan, folder, new Chance(plan.Seed));
        _chance = Seed.Of("world");
        Agenda = new Agenda(Seed.Of("agenda"), WorldPlan.Doors, () => Watch!.AfterStep());
        Story = tell ? new Story(Agenda, StoryLines) : null;
        SimVfs.Install();
        SimVfs.Begin(Seed.Of("sqlite"), () => Agenda.Now);
        var cards = Seed.Of("cards");
        Processor = new SimProcessor(Agenda, Seed.Of("processor")) { Declines = (card, order) => Decline(cards, card, order) };
        Bus = new SimBus(Agenda, Seed.Of("bus")) { DuplicateWindow = plan.DuplicateWindow, Forgets = plan.Mutation == Mutation.BusForgets };
        Tables = new SimTables { IgnoresETags = plan.Mutation == Mutation.ETagsIgnored };
        CloudBusLink = NewLink("cloud/bus", _fairBus, what => new ServiceBusException(what, ServiceBusFailureReason.ServiceCommunicationProblem));
        TableLink = NewLink("cloud/tables", Weather.Of(1, 15), what => new HttpRequestException(HttpRequestError.ConnectionError, what));
        Pops = [.. plan.Pops.Select(id => new Pop(this, id))];
        Watch = new Watch(this);
    }

    public WorldPlan Plan { get; }

    public string Folder { get; }

    public Chance Seed { get; }

    public Agenda Agenda { get; }

    public Story? Story { get; }

    public SimProcessor Processor { get; }

    public SimBus Bus { get; }

    public SimTables Tables { get; }

    public Link CloudBusLink { get; }

    public Link TableLink { get; }

    public IReadOnlyList<Pop> Pops { get; }

    public Watch Watch { get; }

    /// <summary>False once the world has healed.</summary>
    public bool StormsBlow { get; private set; } = true;

    /// <summary>Orders whose money at the processor is not what the journal says, at the end.</summary>
    public int Errors { get; private set; }

    /// <summary>How often a gateway was started.</summary>
    public int Lives => Pops.Sum(pop => pop.Lives);

    public SimApp Office => _office;

    public ILoggerProvider Log => (ILoggerProvider?)Story ?? NullLoggerProvider.Instance;

    /// <exception cref="ViolationException">Something that must never be, was.</exception>
    public async Task RunAsync()
    {
        Agenda.In(TimeSpan.Zero, () => Run(PlayAsync));
        try
        {
            await Agenda.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            foreach (var pop in Pops) pop.Gateway?.Life.End();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pop in Pops) await (pop.Gateway?.CloseAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        foreach (var host in _hosts.Concat(_deadHosts)) await host.DisposeAsync().ConfigureAwait(false);
        if (_office is not null) await _office.DisposeAsync().ConfigureAwait(false);
        Story?.Dispose();
    }

    public Link NewLink(string name, Weather fair, Func<string, Exception> broken) => new(Agenda, Seed.Of("link/" + name), fair, broken);

    public GatewaySurroundings SurroundingsOf(Pop pop, string folder) =>
        new(Agenda, pop.Id, folder, Processor, pop.ProcessorLink, Bus, pop.BusLink, Log)
        {
            Change = Plan.Mutation switch
            {
                Mutation.FreshKeys => FreshKey,
                Mutation.NaivePayments => call => Blind(FreshKey(call)),
                _ => call => call,
            },
        };

    /// <summary>Starts work of the world's own. Nothing of it may fail: what does is the world's end.</summary>
    public async void Run(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It ends the world and is its result.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Agenda.End(e);
        }
    }

    /// <summary>Ends the world with a broken rule.</summary>
    public void Break(string invariant, string detail) => Agenda.End(new ViolationException(invariant, detail));

    /// <summary>One of the cloud's hosts dies and another takes its place.</summary>
    public void CrashHost(int touches)
    {
        if (_hosts.Count == 0) return;
        var host = _chance.One(_hosts);
        host.Crash.Arm(touches, () =>
        {
            Story?.Tell(host.Life.Name, "dies");
            _hosts.Remove(host);
            _deadHosts.Add(host);
            Agenda.In(TimeSpan.FromSeconds(3), StartHost);
        });
    }

    private async Task PlayAsync()
    {
        _office = new SimApp(Tables, NewLink("office/tables", Weather.Of(1, 2), Broken), Bus, NewLink("office/bus", _fairBus, Broken), null, new VirtualTime(Agenda), Log);
        await AnnounceAsync().ConfigureAwait(false);
        for (var host = 0; host < Hosts; host++) StartHost();
        foreach (var pop in Pops) await pop.StartAsync().ConfigureAwait(false);
        new Storms(this).Plan();
        var terminals = Pops.SelectMany(pop => Enumerable.Range(1, Plan.TerminalsPerPop).Select(number => new Terminal(this, pop, number)));
        await Task.WhenAll(terminals.Select(terminal => terminal.RunAsync())).ConfigureAwait(false);
        while (Agenda.Elapsed < Plan.Evening) await Agenda.WaitAsync(Plan.Evening - Agenda.Elapsed + TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await HealAsync().ConfigureAwait(false);
        Agenda.End();
    }

    private async Task AnnounceAsync()
    {
        var events = _office.Get<EventStore>();
        var (quota, limits) = Plan.Mutation switch
        {
            Mutation.QuotaTooHigh => (Plan.Quota + 5, Plan.Limits),
            Mutation.LimitsTooHigh => (Plan.Quota, Plan.Limits with { OutstandingMinorUnits = Plan.Limits.OutstandingMinorUnits * 2 }),
            _ => (Plan.Quota, Plan.Limits),
        };
        await events.PutDraftAsync(Plan.Event(limits), "product-drop", CancellationToken.None).ConfigureAwait(false);
        foreach (var product in Plan.Products(quota)) await events.PutProductAsync(WorldPlan.EventId, product, CancellationToken.None).ConfigureAwait(false);
        await MoveAsync(EventCommand.Announce, EventCommand.ConfirmProvisioned, EventCommand.ConfirmRehearsed, EventCommand.Open).ConfigureAwait(false);
    }

    private async Task MoveAsync(params EventCommand[] commands)
    {
        EventDocument document = null!;
        foreach (var command in commands) document = await _office.Get<EventStore>().MoveAsync(WorldPlan.EventId, command, CancellationToken.None).ConfigureAwait(false);
        await _office.Get<ConfigurationPublisher>().PublishAsync(document, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>The storms are over. Everything that is under way has to come to its end by itself.</summary>
    private async Task HealAsync()
    {
        Story?.Tell("world", "heals");
        StormsBlow = false;
        Processor.Mood = ProcessorMood.Well;
        foreach (var pop in Pops)
        {
            pop.Disk.IsFull = false;
            foreach (var link in (Link[])[pop.BusLink, pop.Lan, pop.ProcessorLink]) link.Clear();
        }

        CloudBusLink.Clear();
        TableLink.Clear();
        var off = Pops.Max(pop => pop.OffUntil) - Agenda.Elapsed;
        if (off > TimeSpan.Zero) await Agenda.WaitAsync(off).ConfigureAwait(false);
        await MoveAsync(EventCommand.Wrap).ConfigureAwait(false);
        var until = Agenda.Elapsed + RestMost;
        while (Watch.Restless() is { } what)
        {
            if (Agenda.Elapsed > until && Plan.Mutation == Mutation.NaivePayments) break;
            if (Agenda.Elapsed > until) throw new ViolationException("a healed world comes to rest", what);
            await Agenda.WaitAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        }

        Errors = Reconciliation.Errors(this);
        if (Plan.Mutation != Mutation.NaivePayments) await new Books(this).CloseAsync().ConfigureAwait(false);
    }

    private void StartHost()
    {
        var host = new CloudHost(
            FormattableString.Invariant($"host#{Agenda.Steps}"), Agenda, Seed.Of(FormattableString.Invariant($"host/{Agenda.Steps}")), Tables, TableLink, Bus, CloudBusLink, Log, Story);
        _hosts.Add(host);
        Run(host.RunAsync);
    }

    private ProcessorCall FreshKey(ProcessorCall call) => call with { Key = call.Key is null ? null : FormattableString.Invariant($"{call.Key}/{Agenda.Steps}") };

    // A list that begins after a payment that does not exist is empty.
    private static ProcessorCall Blind(ProcessorCall call) => call is { Method: "GET", Path: "/v1/payment_intents" }
        ? call with { Values = new Dictionary<string, string>(call.Values) { ["starting_after"] = "pi_none" } }
        : call;

    /// <summary>Some cards are never good, some are empty for some orders.</summary>
    private static string? Decline(Chance cards, string card, string order) =>
        cards.Of(card).Happens(0.08) ? "do_not_honor" : cards.Of(card + "/" + order).Happens(0.08) ? "insufficient_funds" : null;

    private static HttpRequestException Broken(string what) => new(HttpRequestError.ConnectionError, what);
}
