using Marquee.Domain.Streams;

namespace Marquee.Domain.Tests.Streams;

public sealed class StreamIdTests
{
    [Theory]
    [InlineData("watch-night", "watch-night", null)]
    [InlineData("watch-night.cellar", "watch-night", "cellar")]
    public void A_stream_is_named_by_its_event_and_its_stage(string text, string eventId, string? stage)
    {
        Assert.True(StreamId.TryParse(text, out var id));
        Assert.Equal((eventId, stage, text), (id.EventId, id.Stage, id.ToString()));
        Assert.Equal(StreamId.Of(eventId, stage), id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("watch-night.")]
    [InlineData(".cellar")]
    [InlineData("watch-night.cellar.left")]
    [InlineData("watch night")]
    [InlineData("watch-night/../etc")]
    public void Anything_else_names_no_stream(string? text) => Assert.False(StreamId.TryParse(text, out _));

    [Fact]
    public void What_is_no_slug_makes_no_stream() => Assert.Throws<ArgumentException>(() => StreamId.Of("watch-night", "No stage"));
}
