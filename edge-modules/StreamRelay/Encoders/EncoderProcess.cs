using System.Diagnostics;

namespace Marquee.StreamRelay.Encoders;

/// <summary>One ffmpeg, from its start to its end.</summary>
internal sealed class EncoderProcess : IDisposable
{
    private readonly Process _process;

    private EncoderProcess(Process process, StderrTail errors, PublisherCheck check)
    {
        (_process, Id, Errors, Check) = (process, process.Id, errors, check);
        // ffmpeg prints the SDP of its outputs on standard output, which must not fill up.
        Ended = Task.WhenAll(ReadAsync(process.StandardError, errors), ReadAsync(process.StandardOutput, null), process.WaitForExitAsync());
    }

    public StderrTail Errors { get; }
    public PublisherCheck Check { get; }

    /// <summary>Complete once it has ended and all that it wrote has been read.</summary>
    public Task Ended { get; }

    public int Id { get; }

    /// <summary>Once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    public static async Task<EncoderProcess> StartAsync(ProcessLauncher launcher, string ffmpeg, EncoderSource source, EncoderRun run)
    {
        var check = new PublisherCheck(source.Kind == SourceKind.RtmpListener);
        var errors = new StderrTail([source.Url, .. source.Key is null ? [] : new[] { source.Key }]) { Line = check.OnLine };
        return new EncoderProcess(await launcher.StartAsync(ffmpeg, FfmpegArguments.For(source, run)), errors, check);
    }

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in between.
        }
    }

    public void Dispose() => _process.Dispose();

    private static async Task ReadAsync(StreamReader reader, StderrTail? tail)
    {
        var buffer = new char[1024];
        while (await reader.ReadAsync(buffer) is > 0 and var count) tail?.Add(buffer.AsSpan(0, count));
        tail?.Add("\n");
    }
}
