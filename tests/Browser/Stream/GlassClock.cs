using System.Reflection;
using System.Text.Json;
using Microsoft.Playwright;

namespace Marquee.Browser.Tests.Stream;

/// <summary>Frames of a clock as a player showed them.</summary>
/// <param name="Milliseconds">From the canvas to the screen, frame by frame.</param>
/// <param name="Unreadable">Frames whose clock compression or a mixture of two frames had spoilt.</param>
internal sealed record GlassReadings(double[] Milliseconds, int Unreadable);

/// <summary>The clock on a canvas: sent by the publishing page's own code, read from the player's video.</summary>
internal static class GlassClock
{
    public const int FramesPerSecond = 30;

    /// <summary>Lets a publishing page send the clock instead of a camera.</summary>
    public static async Task PublishAsync(IPage page, Uri publish)
    {
        await page.GotoAsync(publish.AbsoluteUri);
        await page.EvaluateAsync(Script);
        await page.EvaluateAsync(
            """
            async (framesPerSecond) => {
              const module = [...document.querySelectorAll("link[rel=modulepreload]")].find((link) => link.href.includes("/publishing."));
              const { publish } = await import(module.href);
              const token = new URLSearchParams(location.hash.slice(1)).get("token");
              const at = (root) => new URL(location.pathname.replace("/publish/", `/${root}/`), location.href);
              const stream = await window.glassClock.stream(framesPerSecond);
              window.line = publish({ whipUrl: at("whip"), statusUrl: at("streams"), token, stream });
              window.line.run();
            }
            """,
            FramesPerSecond);
    }

    /// <summary>Reads the clock off every frame that a player shows from now on.</summary>
    public static async Task WatchAsync(IPage player)
    {
        await player.EvaluateAsync(Script);
        await player.EvaluateAsync("window.glassClock.watch(document.getElementById('video'))");
    }

    public static async Task<GlassReadings> TakeAsync(IPage player) =>
        JsonSerializer.Deserialize<GlassReadings>(await player.EvaluateAsync<string>("JSON.stringify(window.glassClock.take())"), JsonSerializerOptions.Web)!;

    private static string Script
    {
        get
        {
            using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("glass-clock.js")!);
            return reader.ReadToEnd();
        }
    }
}
