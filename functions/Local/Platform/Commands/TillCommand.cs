using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using Marquee.Local.Platform.Demo;
using Marquee.Local.Platform.Ground;
using Marquee.Local.Platform.Parts;
using Marquee.Local.Terminal;
using Marquee.Local.Terminal.Protocol;
using Marquee.Local.Terminal.Shell;
using Spectre.Console;

namespace Marquee.Local.Platform.Commands;

/// <summary><c>till</c>: a terminal in a shell, paired with a PoP of the running platform; where nothing is on, an event is opened first.</summary>
internal static class TillCommand
{
    public static Command Create()
    {
        var pop = new Option<string>("--pop") { Description = "The PoP.", DefaultValueFactory = _ => Topology.PopIds[0] };
        var id = new Option<string>("--id") { Description = "The terminal's id.", DefaultValueFactory = _ => "till-1" };
        var code = new Option<string?>("--code") { Description = "A code that the staff made; by default one is asked for with the staff's key." };
        var noEvent = new Option<bool>("--no-event") { Description = "Open no event where none is on." };
        var data = CommandOptions.Data();
        var command = new Command("till", "Sell at a PoP of the running platform, in a shell.") { pop, id, code, noEvent, data };
        command.SetAction((parsed, _) => RunAsync(
            parsed.DataFolder(data, Repository.Find()), parsed.GetValue(pop)!, parsed.GetValue(id)!, parsed.GetValue(code), parsed.GetValue(noEvent)));
        return command;
    }

    private static async Task<int> RunAsync(DataFolder data, string popId, string terminalId, string? code, bool noEvent)
    {
        using var signals = new StopSignals();
        var running = RunFile.TryRead(data.Running) ?? throw new PlatformException($"No platform runs on {data.Path}: start one with ./marquee up");
        if (!running.Urls.Pops.TryGetValue(popId, out var pop))
            throw new PlatformException($"There is no PoP '{popId}'; there are {string.Join(" and ", running.Urls.Pops.Keys)}.");
        var secrets = PlatformSecrets.Read(data.Secrets);
        using var staff = new HttpClient { BaseAddress = pop.Gateway, DefaultRequestHeaders = { Authorization = new("Bearer", secrets.StaffKey) } };
        if (!noEvent && !await IsSomethingOnAsync(staff, signals.Token)) await OpenEventAsync(running.Urls, secrets, signals.Token);
        using var authority = SampleIdentity.Open(data);
        var start = new TerminalStart(
            pop.Pairing,
            data.Of(Path.Combine("terminals", popId, terminalId + ".json")),
            token => code is null ? InviteAsync(staff, terminalId, token) : Task.FromResult(code),
            Device.Simulated(terminalId),
            running.Urls.Stripe,
            authority is null ? null : new SampleCounter(authority, staff, secrets.StaffCodes, TimeProvider.System));
        try
        {
            await TerminalProgram.RunAsync(start, Console.In, AnsiConsole.Console, TimeProvider.System, signals.Token);
            return 0;
        }
        catch (Exception e) when (e is TerminalException or HttpRequestException)
        {
            throw new PlatformException($"The terminal cannot start: {e.Message}");
        }
    }

    private static async Task<bool> IsSomethingOnAsync(HttpClient staff, CancellationToken cancellationToken) =>
        (await staff.GetFromJsonAsync<JsonElement>("v1/staff/status", cancellationToken)).GetProperty("events").EnumerateArray()
            .Any(e => e.GetProperty("phase").GetString() == "live");

    private static async Task<string> InviteAsync(HttpClient staff, string terminalId, CancellationToken cancellationToken)
    {
        var invitation = await new PatientHttp(staff, TimeProvider.System).DoAsync(HttpMethod.Post, "v1/staff/pairings", new { terminalId }, cancellationToken);
        return invitation.GetProperty("code").GetString()!;
    }

    private static async Task OpenEventAsync(PlatformUrls urls, PlatformSecrets secrets, CancellationToken cancellationToken)
    {
        AnsiConsole.MarkupLine("Nothing is on at this PoP; opening an event …");
        var id = TimeProvider.System.GetUtcNow().ToString("yyMMdd-HHmmss", System.Globalization.CultureInfo.InvariantCulture);
        var plan = DemoPlan.Create(id, seed: 1, DemoSize.Smallest, Topology.PopIds);
        using var run = new DemoRun(plan, urls, secrets, TimeProvider.System, line => AnsiConsole.MarkupLineInterpolated($"[grey]{line}[/]"));
        await run.PrepareAsync(cancellationToken);
        await AddBottleAsync(plan, urls, secrets, cancellationToken);
        await run.CommandAsync("announce", "rehearsed", cancellationToken);
        await run.CommandAsync("open", "live", cancellationToken);
        await run.UntilPopsAreLiveAsync(cancellationToken);
    }

    /// <summary>What not everybody may buy: <c>check</c> and <c>override</c> are tried on it.</summary>
    private static async Task AddBottleAsync(DemoPlan plan, PlatformUrls urls, PlatformSecrets secrets, CancellationToken cancellationToken)
    {
        using var cloud = new CloudClient(urls.Cloud, secrets.FunctionKey, TimeProvider.System);
        var quotas = urls.Pops.Keys.ToDictionary(popId => popId, _ => DemoPlan.QuotaPerPop);
        await cloud.PutAsync(
            $"events/{plan.EventId}/products/bottle",
            new { name = "Numbered bottle", unitPriceMinorUnits = 12_000, taxBasisPoints = 1_900, quotas, identity = "age_over_18", highTicket = true },
            cancellationToken);
    }
}
