using Marquee.StreamRelay.Encoders;

namespace Marquee.StreamRelay.Tests.Encoders;

/// <summary>What is read from ffmpeg's standard error, and what is kept of it.</summary>
public sealed class FfmpegOutputTests
{
    [Fact]
    public void Secrets_do_not_stay_in_what_is_kept()
    {
        var tail = new StderrTail(["rtsp://user:pass@10.0.0.5/1", "the-stream-key-of-the-show"]);
        tail.Add("Opening rtsp://user:pass@10.0.0.5/1\nkey the-stream-key-of-the-show\n");
        tail.Add("[rtmp @ 0x1] Unexpected stream the-stream-kye, expecting the-stream-key-of-the-show\n");
        Assert.Equal(["Opening ***", "key ***", "the caller's stream key was refused"], tail.Lines);
    }

    [Fact]
    public void Lines_come_whole_whatever_the_pieces_and_their_number_and_length_are_bounded()
    {
        var heard = new List<string>();
        var tail = new StderrTail([]) { Line = heard.Add };
        tail.Add("one");
        tail.Add(" line\r\nan");
        tail.Add("other\r");
        tail.Add(new string('x', 10 * StderrTail.MaxLineLength) + "\n");
        Assert.Equal(["one line", "another", new string('x', StderrTail.MaxLineLength)], heard);
        for (var i = 0; i < 1000; i++) tail.Add($"{i}\n");
        Assert.Equal(Enumerable.Range(1000 - StderrTail.MaxLines, StderrTail.MaxLines).Select(i => $"{i}"), tail.Lines);
    }

    [Fact]
    public void Nothing_goes_on_before_the_input_was_accepted_and_never_after_a_refusal()
    {
        var check = new PublisherCheck(isNeeded: true);
        Assert.False(check.IsOpen);
        check.OnLine("Input #0, flv, from 'rtmp://…'");
        Assert.True(check.IsOpen);
        check = new PublisherCheck(isNeeded: true);
        check.OnLine("[rtmp @ 0x55ba7a8d5880] Unexpected stream WRONG, expecting it");
        check.OnLine("Input #0, flv, from 'rtmp://…'");
        Assert.False(check.IsOpen);
        Assert.True(check.IsRefused);
        Assert.True(new PublisherCheck(isNeeded: false).IsOpen);
    }
}
