using Marquee.EdgeSync.Hosting;
using Marquee.EdgeSync.Storage;
using Marquee.Simulation.Disk;
using Marquee.Simulation.Net;
using Marquee.Simulation.Till;
using Marquee.Simulation.Time;
using Marquee.TerminalGateway.Sales;

namespace Marquee.Simulation.World;

/// <summary>A point of presence: a computer with its disk, the gateway that lives on it, life after life, and its lines.</summary>
internal sealed class Pop
{
    private static readonly TimeSpan LookAfterFault = TimeSpan.FromSeconds(1);

    private readonly SimWorld _world;
    private readonly Chance _chance;
    private readonly string _folder;
    
    public Pop(SimWorld world, string id)
    {
        (_world, Id) = (world, id);
        _chance = world.Seed.Of("pop/" + id);
        Disk = new SimDisk(world.Seed.Of("disk/" + id))
        {
            Fault = world.Plan.Mutation == Mutation.DiskLosesSyncs ? DiskFault.LosesSyncs : DiskFault.None,
        };
        _folder = Path.Combine(world.Folder, id);
        SimVfs.Mount(_folder, Disk);
        ProcessorLink = world.NewLink("processor/" + id, Weather.Of(20, 90), what => new HttpRequestException(HttpRequestError.ConnectionError, what));
        BusLink = world.NewLink("bus/" + id, Weather.Of(10, 60), what => new ServiceBusException(what, ServiceBusFailureReason.ServiceCommunicationProblem));
        Lan = world.NewLink("lan/" + id, Weather.Of(0.2, 3), what => new HttpRequestException(HttpRequestError.ConnectionError, what));
    }

    public string Id { get; }

    public SimDisk Disk { get; }

    public Link ProcessorLink { get; }

    public Link BusLink { get; }

    /// <summary>Between terminals and gateway.</summary>
    public Link Lan { get; }

    /// <summary>The life that is on, or null while the computer is off.</summary>
    public GatewayProcess? Gateway { get; private set; }

    public int Lives { get; private set; }

    public TimeSpan Skew { get; set; }

    /// <summary>Until when the computer stays off.</summary>
    public TimeSpan OffUntil { get; set; }

    public async Task StartAsync()
    {
        var name = FormattableString.Invariant($"{Id}#{++Lives}");
        var life = new Life(name);
        var crash = new Crash(life);
        Disk.Mount(crash);
        var gateway = new GatewayProcess(_world.SurroundingsOf(this, _folder), life, crash) { Time = { Skew = Skew } };
        Gateway = gateway;
        _world.Story?.Tell(name, "starts");
        // A computer that dies again while it recovers is the hardest test of what recovery leaves behind.
        if (_chance.Happens(0.1) && _world.StormsBlow) CrashAfter(_chance.Int(1, 120), powerCut: _chance.Happens(0.5));
        try
        {
            await gateway.StartAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is EdgeStoreException or EdgeConfigurationException or Microsoft.Data.Sqlite.SqliteException)
        {
            if (life.IsOver) return;
            // A full disk may keep the till from starting; nothing else may.
            if (!Disk.IsFull) throw new ViolationException("the till starts again", $"{name} does not start: {e.Message}");
            life.End();
            Disk.EndProcess();
            Ended(gateway, LookAfterFault);
        }
    }

    /// <summary>Dies at the <paramref name="touches"/>-th time from now that it touches disk or network.</summary>
    public void CrashAfter(int touches, bool powerCut)
    {
        if (Gateway is not { Life.IsOver: false } gateway) return;
        _world.Story?.Tell(gateway.Life.Name, $"will crash in {touches} touches ({(powerCut ? "power" : "process")})");
        gateway.Crash.Arm(touches, () =>
        {
            _world.Story?.Tell(gateway.Life.Name, powerCut ? "loses power" : "is killed");
            if (powerCut) Disk.CutPower();
            else Disk.EndProcess();
            Ended(gateway, _chance.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(40)));
        });
    }

    /// <summary>Stops in order, and starts again.</summary>
    public async Task RestartAsync()
    {
        if (Gateway is not { IsServing: true } gateway) return;
        _world.Story?.Tell(gateway.Life.Name, "is stopped");
        await gateway.StopAsync().ConfigureAwait(false);
        if (gateway.Life.IsOver) return;
        gateway.Life.End();
        Disk.EndProcess();
        Ended(gateway, TimeSpan.FromSeconds(2));
    }

    /// <summary>A terminal's request, at the gateway.</summary>
    public async Task<SaleAnswer> SellAsync(SaleRequest request)
    {
        if (Gateway is not { IsServing: true, Life.IsOver: false } gateway) throw new ServerGoneException();
        try
        {
            var answer = await gateway.Desk.SellAsync(request).ConfigureAwait(false);
            return gateway.Life.IsOver ? throw new ServerGoneException() : answer;
        }
        catch (Exception e) when (e is not ServerGoneException)
        {
            // What a dead process still throws reaches nobody.
            if (gateway.Life.IsOver) throw new ServerGoneException();
            _world.Break("the desk always answers", $"{request.OrderId}: {e}");
            throw new ServerGoneException();
        }
    }

    /// <summary>Asks the journal, when there is somebody to answer.</summary>
    public T? Read<T>(Func<EdgeReader, T> query) => Gateway is { IsServing: true, Life.IsOver: false, Store: { } store } ? store.Read(query) : default;

    private void Ended(GatewayProcess gateway, TimeSpan downFor)
    {
        Gateway = null;
        _world.Agenda.In(TimeSpan.Zero, () => _world.Run(gateway.CloseAsync));
        var wait = OffUntil - _world.Agenda.Elapsed;
        _world.Agenda.In(wait > downFor ? wait : downFor, () => _world.Run(StartAsync));
    }
}
