using Marquee.Domain.Contracts;
using Marquee.EdgeSync.Tests;
using Microsoft.Extensions.Time.Testing;

namespace Marquee.TerminalGateway.Tests;

/// <summary>A till without its process, its processor, and a folder that outlives restarts; each test has its own.</summary>
/// <param name="configuration">The event that the till knows from the beginning; none when null.</param>
/// <param name="time">The till's clock; the system's when null.</param>
public abstract class TillScene(ConfigureEvent? configuration, FakeTimeProvider? time = null) : IAsyncLifetime
{
    private protected TempFolder Folder { get; } = new();

    private protected Processor Processor { get; private set; } = null!;

    private protected TestTill Till { get; private set; } = null!;

    /// <summary>The clock of a scene that was given one.</summary>
    private protected FakeTimeProvider Time => time ?? throw new InvalidOperationException("This scene goes by the system's clock.");

    public async ValueTask InitializeAsync()
    {
        Processor = await Processor.StartAsync();
        Till = Start();
        if (configuration is not null) await Till.ConfigureAsync(1, configuration);
    }

    public async ValueTask DisposeAsync()
    {
        if (Till is not null) await Till.DisposeAsync();
        if (Processor is not null) await Processor.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task RestartAsync(Func<GatewaySettings, GatewaySettings>? change = null, int outboxCapacity = 10_000)
    {
        await Till.DisposeAsync();
        Till = Start(change, outboxCapacity);
    }

    private TestTill Start(Func<GatewaySettings, GatewaySettings>? change = null, int outboxCapacity = 10_000) =>
        new(Folder.Path, Processor.Address, time, change, outboxCapacity);
}
