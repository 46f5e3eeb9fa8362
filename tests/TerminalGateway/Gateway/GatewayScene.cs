using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;

namespace Marquee.TerminalGateway.Tests.Gateway;

/// <summary>What is there when a test begins.</summary>
public enum GatewayStart
{
    /// <summary>A broker and a processor; the test starts its gateways.</summary>
    ByTheTest,

    /// <summary>A gateway that has not heard from the cloud.</summary>
    Unconfigured,

    /// <summary>A gateway that knows the event of <see cref="TestTill.Configuration"/>, with stock and limits that nothing here exhausts.</summary>
    Configured,
}

/// <summary>
/// A gateway as a process of its own, with a broker and a processor that it does not share memory with, on a folder that outlives its lives;
/// each test has its own.
/// </summary>
public abstract class GatewayScene : IAsyncLifetime
{
    private readonly GatewayStart _start;
    private GatewayProcess? _gateway;

    protected GatewayScene(GatewayStart start)
    {
        _start = start;
        Bus = new Bus(Folder.File("bus"));
    }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected TempFolder Folder { get; } = new();

    private protected Bus Bus { get; }

    private protected Processor Processor { get; private set; } = null!;

    /// <summary>Settings of the gateway beside those that each of these tests' gateways has.</summary>
    private protected virtual IReadOnlyDictionary<string, string>? Settings => null;

    /// <summary>What a configured gateway knows.</summary>
    private protected virtual EdgeCommand Configuration => SaleTraffic.Command(1);

    /// <summary>The gateway of this moment.</summary>
    private protected GatewayProcess Gateway => _gateway ?? throw new InvalidOperationException("The test has not started its gateway.");

    public async ValueTask InitializeAsync()
    {
        await Bus.StartAsync();
        Processor = await Processor.StartAsync();
        switch (_start)
        {
            case GatewayStart.Unconfigured:
                _gateway = await StartGatewayAsync();
                break;
            case GatewayStart.Configured:
                _gateway = await StartConfiguredGatewayAsync();
                break;
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        _gateway?.Dispose();
        if (Processor is not null) await Processor.DisposeAsync();
        await Bus.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A gateway on the scene's folder.</summary>
    private protected Task<GatewayProcess> StartGatewayAsync() => GatewayProcess.StartAsync(Folder.Path, Bus, Processor.Address, Token, Settings);

    /// <summary>A gateway on the scene's folder that knows of the event.</summary>
    private protected async Task<GatewayProcess> StartConfiguredGatewayAsync()
    {
        await Bus.SendAsync(Configuration);
        var gateway = await StartGatewayAsync();
        await SaleTraffic.UntilConfiguredAsync(gateway, 1, Token);
        return gateway;
    }

    /// <summary>SIGKILLs the gateway and starts its next life.</summary>
    private protected async Task KillAndRestartAsync()
    {
        await Gateway.KillAsync();
        var killed = Gateway;
        _gateway = await StartGatewayAsync();
        killed.Dispose();
    }
}
