namespace Marquee.EdgeSync.Tests.Commands;

public sealed class CommandReceiverTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly Bus _bus;

    public CommandReceiverTests() => _bus = new Bus(_folder.File("bus"));

    public async ValueTask InitializeAsync() => await _bus.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _bus.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = 120_000)]
    public async Task Commands_of_this_pop_are_applied_and_the_newest_wins()
    {
        await using var module = await Module.StartAsync(_folder.Path, _bus);
        await _bus.SendAsync(InboxTests.Command("event/a", 2, "newer"));
        await _bus.SendAsync(InboxTests.Command("event/a", 1, "older"));
        await _bus.SendAsync(InboxTests.Command("event/x", 1, "elsewhere", "lisbon"));
        await _bus.SendAsync(InboxTests.Command("event/b", 1, "last"));
        await UntilTitles(module, TestContext.Current.CancellationToken, "last", "newer");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_command_sent_while_the_module_was_down_is_applied_at_its_start()
    {
        await _bus.SendAsync(InboxTests.Command("event/a", 1, "waited"));
        await using var module = await Module.StartAsync(_folder.Path, _bus);
        await UntilTitles(module, TestContext.Current.CancellationToken, "waited");
    }

    [Fact(Timeout = 120_000)]
    public async Task Commands_go_on_after_the_bus_was_away()
    {
        await using var module = await Module.StartAsync(_folder.Path, _bus);
        await _bus.SendAsync(InboxTests.Command("event/a", 1, "before"));
        await UntilTitles(module, TestContext.Current.CancellationToken, "before");
        await _bus.StopAsync();
        await _bus.StartAsync();
        await _bus.SendAsync(InboxTests.Command("event/a", 2, "after"));
        await UntilTitles(module, TestContext.Current.CancellationToken, "after");
    }

    [Fact(Timeout = 120_000)]
    public async Task Poison_is_dead_lettered_with_its_reason_and_the_next_command_is_applied()
    {
        await using var module = await Module.StartAsync(_folder.Path, _bus);
        await _bus.SendAsync("poison");
        await _bus.SendAsync(InboxTests.Command("event/a", 1, "fine"));
        await UntilTitles(module, TestContext.Current.CancellationToken, "fine");
        var dead = await _bus.ReceiveDeadCommandAsync(TestContext.Current.CancellationToken);
        Assert.Equal("invalid_command", dead.DeadLetterReason);
        Assert.Equal("not a command at $", dead.DeadLetterErrorDescription);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_command_that_the_module_refuses_is_dead_lettered_with_the_modules_reason()
    {
        await using var module = await Module.StartAsync(_folder.Path, _bus);
        await _bus.SendAsync(InboxTests.Command("event/a", 1, ""));
        var dead = await _bus.ReceiveDeadCommandAsync(TestContext.Current.CancellationToken);
        Assert.Equal(("no_title", "an event without a title"), (dead.DeadLetterReason, dead.DeadLetterErrorDescription));
        Assert.Empty(InboxTests.Titles(module.Store));
    }

    private static async Task UntilTitles(Module module, CancellationToken cancellationToken, params string[] titles)
    {
        while (!InboxTests.Titles(module.Store).SequenceEqual(titles)) await Task.Delay(20, cancellationToken);
    }
}
