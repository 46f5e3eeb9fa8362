using System.Globalization;
using Marquee.Browser.Tests.Stream;
using Marquee.StreamRelay.Tests.Impairment;

namespace Marquee.Benchmarks.Glass;

/// <summary>
/// From glass to glass: a clock on a canvas in one Chromium page, published at one PoP by the publishing page's own code, over the trunk to
/// the other PoP, to the player in another page, where it is read off the frames as they are due on the screen. Two links of 20 ms one way
/// and 1 % loss each; in the second half one of them is dead. Encoder, decoder, both relays and the proxy between them share this machine.
/// </summary>
internal static class GlassBench
{
    private const double GoalMs = 120;

    // No larger than the picture: without a graphics card, a page's pixels are painted by the cores that encode and decode as well.
    private const int WindowWidth = 640;
    private const int WindowHeight = 480;

    private static readonly LinkConditions Link = LinkConditions.Of(delayMs: 20, loss: 0.01);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Half = TimeSpan.FromSeconds(15);

    public static async Task RunAsync(CancellationToken cancellation)
    {
        await using var pops = await TwoPops.StartAsync(cancellation, Link, Link);
        await using var chromium = await Chromium.StartAsync();
        await GlassClock.PublishAsync(await chromium.OpenAsync(WindowWidth, WindowHeight), pops.Berlin.Publish());
        var player = await PlayerView.OpenAsync(await chromium.OpenAsync(WindowWidth, WindowHeight), pops.Lisbon.Player());
        await player.UntilAsync("up").WaitAsync(Patience, cancellation);
        await GlassClock.WatchAsync(player.Page);
        await Task.Delay(WarmUp, TimeProvider.System, cancellation);
        await GlassClock.TakeAsync(player.Page);
        var width = await player.FigureAsync("width");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Chromium {chromium.Version}, 640x360 at {GlassClock.FramesPerSecond} fps in H.264 with a tone; shown at {width:F0} wide; two links of 20 ms one way and 1 % loss"));

        var whole = await MeasureAsync("both links", player, cancellation);
        pops.Links[0].Cut();
        var cut = await MeasureAsync("one link dead", player, cancellation);

        var (told, buffer) = (await player.FigureAsync("latencyMs"), await player.FigureAsync("bufferMs"));
        var all = whole.Concat(cut).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"The page itself says {told:F0} ms behind, of which {buffer:F0} ms waiting to be shown"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"glass p50_ms ours={At(all, 0.5):F1}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"glass p95_ms ours={At(all, 0.95):F1} goal={GoalMs:F1} ratio={At(all, 0.95) / GoalMs:F2}"));
    }

    private static async Task<double[]> MeasureAsync(string name, PlayerView player, CancellationToken cancellation)
    {
        var freezes = await player.FigureAsync("freezes");
        await Task.Delay(Half, TimeProvider.System, cancellation);
        freezes = await player.FigureAsync("freezes") - freezes;
        var (milliseconds, unreadable) = await GlassClock.TakeAsync(player.Page);
        var ordered = milliseconds.Order().ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {milliseconds.Length} frames in {Half.TotalSeconds:F0} s, p50 {At(ordered, 0.5):F1} ms, p95 {At(ordered, 0.95):F1} ms, worst {At(ordered, 1):F1} ms, {freezes:F0} freezes, {unreadable} unreadable"));
        return milliseconds;
    }

    private static double At(List<double> ordered, double share) =>
        ordered.Count == 0 ? double.NaN : ordered[(int)(share * (ordered.Count - 1))];
}
