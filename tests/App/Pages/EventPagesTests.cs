using Marquee.App.Pages;
using Marquee.App.Storage;
using Marquee.App.Tests.Running;
using Marquee.Domain;

namespace Marquee.App.Tests.Pages;

public sealed class EventPagesTests
{
    private static readonly Venue Venue = new("halle-am-kanal", "Halle am Kanal", "DE", "Europe/Berlin", "Uferstraße 1");

    [Fact]
    public async Task What_a_host_types_is_text_and_never_markup()
    {
        var html = await new EventPages().RenderEventAsync(new EventDocument(Given.Plan("night"), "pop-up-show", EventPhase.Live, 3), Venue, Given.Products);

        Assert.Contains("Night of &lt;watches&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<watches>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_are_the_venues_own()
    {
        var html = await new EventPages().RenderEventAsync(new EventDocument(Given.Plan("night"), "pop-up-show", EventPhase.Announced, 2), Venue, Given.Products);

        Assert.Contains("Friday 27 November 2026, 19:00", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_without_products_says_so()
    {
        var html = await new EventPages().RenderEventAsync(new EventDocument(Given.Plan("night"), "pop-up-show", EventPhase.Announced, 2), Venue, []);

        Assert.Contains("The shop is being stocked.", html, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public async Task Every_phase_has_words(EventPhase phase)
    {
        var html = await new EventPages().RenderEventAsync(new EventDocument(Given.Plan("night"), "pop-up-show", phase, 2), Venue, Given.Products);

        Assert.Contains($"<span id=\"phase\">{PhaseWords.For(phase)}</span>", html, StringComparison.Ordinal);
    }

    public static TheoryData<EventPhase> Phases => [.. Enum.GetValues<EventPhase>()];
}
