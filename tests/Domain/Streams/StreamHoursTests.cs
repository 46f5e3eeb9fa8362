using Marquee.Domain.Streams;

namespace Marquee.Domain.Tests.Streams;

public sealed class StreamHoursTests
{
    [Theory]
    [InlineData(EventPhase.Draft, StreamOpening.NotYet, StreamOpening.NotYet)]
    [InlineData(EventPhase.Announced, StreamOpening.NotYet, StreamOpening.NotYet)]
    [InlineData(EventPhase.Provisioned, StreamOpening.Open, StreamOpening.Open)]
    [InlineData(EventPhase.Rehearsed, StreamOpening.Open, StreamOpening.Open)]
    [InlineData(EventPhase.Live, StreamOpening.Open, StreamOpening.Open)]
    [InlineData(EventPhase.Wrapped, StreamOpening.Over, StreamOpening.Open)]
    [InlineData(EventPhase.Dropping, StreamOpening.Over, StreamOpening.Over)]
    [InlineData(EventPhase.Settled, StreamOpening.Over, StreamOpening.Over)]
    [InlineData(EventPhase.Archived, StreamOpening.Over, StreamOpening.Over)]
    [InlineData(EventPhase.Cancelled, StreamOpening.Over, StreamOpening.Over)]
    public void A_stream_is_open_from_the_rehearsal_to_the_end_of_the_show(EventPhase phase, StreamOpening publish, StreamOpening view)
    {
        Assert.Equal(publish, StreamHours.Of(phase, StreamScope.Publish));
        Assert.Equal(view, StreamHours.Of(phase, StreamScope.View));
    }

    [Fact]
    public void Every_phase_has_an_answer() =>
        Assert.All(Enum.GetValues<EventPhase>(), phase => Assert.All(Enum.GetValues<StreamScope>(), scope => StreamHours.Of(phase, scope)));
}
