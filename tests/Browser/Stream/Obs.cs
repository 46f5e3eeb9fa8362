using System.Diagnostics;
using System.Text.Json;
using Marquee.Local.Platform.Ground;

namespace Marquee.Browser.Tests.Stream;

/// <summary>The stand-in for OBS (<c>obs.mjs</c>): libdatachannel with ffmpeg's H.264 and Opus.</summary>
internal sealed class Obs : IDisposable
{
    private readonly Process _process;

    private Obs(Process process) => _process = process;

    /// <summary>Publishes to where a publishing page's address points; completes when it sends.</summary>
    public static async Task<Obs> StartAsync(Uri publish, CancellationToken cancellationToken)
    {
        var whip = new Uri(publish.GetLeftPart(UriPartial.Path).Replace("/publish/", "/whip/", StringComparison.Ordinal));
        var script = Repository.Find().PathOf("tests", "Browser", "Stream", "obs.mjs");
        var obs = new Obs(Process.Start(new ProcessStartInfo("node", [script, whip.AbsoluteUri, publish.Fragment["#token=".Length..]])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);
        await obs.StepAsync("sending", cancellationToken);
        return obs;
    }

    /// <summary>Ends the session as its user does.</summary>
    /// <returns>The status that its DELETE was answered with.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        _process.StandardInput.Close();
        var status = await StepAsync("deleted", cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return status.GetInt32();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task<JsonElement> StepAsync(string name, CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            seen.Add(line);
            using var step = JsonDocument.Parse(line);
            if (step.RootElement.TryGetProperty(name, out var value)) return value.Clone();
        }
        throw new InvalidOperationException($"OBS's stand-in ended without '{name}':\n{string.Join('\n', seen)}");
    }
}
