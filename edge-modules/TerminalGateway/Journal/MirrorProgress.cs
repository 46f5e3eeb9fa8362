using Marquee.EdgeSync.Storage;

namespace Marquee.TerminalGateway.Journal;

/// <summary>How far a life of the journal is handed to the cloud, and how far the cloud says that it holds.</summary>
internal sealed record MirrorProgress(long Mirrored, long Proved)
{
    public static MirrorProgress Find(EdgeReader reader, int life) => reader.QueryFirst(
        "SELECT mirrored, proved FROM mirror_progress WHERE life=$life",
        row => new MirrorProgress(row.GetInt64(0), row.GetInt64(1)),
        ("$life", life)) ?? new MirrorProgress(0, 0);

    public static void SetMirrored(EdgeTransaction tx, int life, long number) => tx.Execute(
        "INSERT INTO mirror_progress(life, mirrored, proved) VALUES($life, $number, 0) ON CONFLICT(life) DO UPDATE SET mirrored=$number",
        ("$life", life),
        ("$number", number));

    public static void SetProved(EdgeTransaction tx, int life, long number) => tx.Execute(
        "INSERT INTO mirror_progress(life, mirrored, proved) VALUES($life, 0, $number) ON CONFLICT(life) DO UPDATE SET proved=max(proved, $number)",
        ("$life", life),
        ("$number", number));
}
