using System.Diagnostics;
using System.Globalization;
using Marquee.EdgeSync.Tests;
using Marquee.StreamRelay.Capture;
using Marquee.StreamRelay.Mp4;
using Marquee.StreamRelay.Sdp;

namespace Marquee.StreamRelay.Tests;

/// <summary>What ffmpeg and ffprobe make of what we made: they are the judges of files and streams.</summary>
internal static class Decoding
{
    /// <summary>How many pictures H.264 packets decode to, without an error.</summary>
    public static async Task<int> PicturesAsync(IEnumerable<byte[]> packets)
    {
        using var folder = new TempFolder();
        var file = folder.File("video.h264");
        await using (var stream = File.Create(file))
        {
            var track = new TrackReader(0, CodecFormat.H264, (reader, isKey, _, frame) => WriteAnnexB(stream, reader, isKey, frame));
            foreach (var packet in packets) track.OnPacket(packet, 0, 0);
        }
        var report = await RunAsync("ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0", file);
        return int.Parse(report.Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>The pictures that decode, the packets of sound, and the length of a file.</summary>
    public static async Task<(int Pictures, int Sounds, double Seconds)> ProbeAsync(string file)
    {
        var counts = await RunAsync(
            "ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream=codec_name,nb_read_frames", "-of", "csv=p=0", file);
        var streams = counts.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToDictionary(
            f => f[0], f => int.Parse(f[1], CultureInfo.InvariantCulture));
        var length = await RunAsync("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file);
        return (streams["h264"], streams["opus"], double.Parse(length.Trim(), CultureInfo.InvariantCulture));
    }

    /// <summary>Runs a program to its end and gives back its output; anything on standard error, or a bad end, fails the test.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await errors);
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static void WriteAnnexB(Stream stream, TrackReader track, bool isKey, ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> startCode = [0, 0, 0, 1];
        if (isKey && track.VideoFormat is H264Format { Sets: var sets })
        {
            foreach (var set in new[] { sets.Sequence, sets.Picture })
            {
                stream.Write(startCode);
                stream.Write(set);
            }
        }
        while (frame.Length > 4)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(frame);
            stream.Write(startCode);
            stream.Write(frame.Slice(4, length));
            frame = frame[(4 + length)..];
        }
    }
}
