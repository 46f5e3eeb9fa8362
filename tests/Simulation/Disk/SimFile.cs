using Marquee.Simulation.Time;

namespace Marquee.Simulation.Disk;

/// <summary>A file as processes see it, as the platters have it, and the writes between the two.</summary>
internal sealed class SimFile(SimDisk disk, string path)
{
    /// <summary>Writes tear between sectors of this size: what disks guarantee at most.</summary>
    private const int SectorBytes = 512;

    private readonly List<Write> _unsynced = [];
    private byte[] _bytes = [];
    private byte[] _synced = [];
    private int _syncedLength;
    private bool _everSynced;

    public SimDisk Disk => disk;

    public string Path => path;

    public int Length { get; private set; }

    /// <summary>Which opening of the disk a handle belongs to; those of an earlier one are dead.</summary>
    public int Generation { get; private set; }

    public FileLocks Locks { get; private set; } = new();

    public SharedMemory Shared { get; private set; } = new();

    /// <summary>Copies what there is from <paramref name="offset"/>; returns how many bytes.</summary>
    public int Read(Span<byte> into, long offset)
    {
        if (offset >= Length) return 0;
        var count = (int)Math.Min(into.Length, Length - offset);
        _bytes.AsSpan((int)offset, count).CopyTo(into);
        return count;
    }

    public void WriteAt(ReadOnlySpan<byte> bytes, long offset)
    {
        var write = new Write((int)offset, bytes.ToArray());
        _unsynced.Add(write);
        Length = Apply(write, ref _bytes, Length);
    }

    public void Truncate(long length)
    {
        var write = new Write((int)length, null);
        _unsynced.Add(write);
        Length = Apply(write, ref _bytes, Length);
    }

    public void Sync()
    {
        if (disk.Fault == DiskFault.LosesSyncs) return;
        foreach (var write in _unsynced) _syncedLength = Apply(write, ref _synced, _syncedLength);
        _unsynced.Clear();
        _everSynced = true;
    }

    /// <summary>False when the file itself did not survive.</summary>
    public bool CutPower(Chance chance, double survival)
    {
        Detach();
        // Its entry in the folder is on disk with its first sync.
        if (!_everSynced && disk.Fault == DiskFault.None && !chance.Happens(survival)) return false;
        foreach (var write in _unsynced)
        {
            if (chance.Happens(0.2) && write.Bytes is { Length: > SectorBytes } bytes)
            {
                for (var sector = 0; sector < bytes.Length; sector += SectorBytes)
                {
                    if (!chance.Happens(survival)) continue;
                    var part = bytes.AsSpan(sector, Math.Min(SectorBytes, bytes.Length - sector)).ToArray();
                    _syncedLength = Apply(new Write(write.Offset + sector, part), ref _synced, _syncedLength);
                }
            }
            else if (chance.Happens(survival))
            {
                _syncedLength = Apply(write, ref _synced, _syncedLength);
            }
        }

        _unsynced.Clear();
        _bytes = _synced.AsSpan(0, _syncedLength).ToArray();
        Length = _syncedLength;
        return true;
    }

    /// <summary>The handles of the process that ended mean nothing any more.</summary>
    public void Detach()
    {
        Generation++;
        Locks = new FileLocks();
        Shared = new SharedMemory();
    }

    private static int Apply(Write write, ref byte[] to, int length)
    {
        if (write.Bytes is null)
        {
            if (write.Offset > to.Length) Array.Resize(ref to, write.Offset);
            if (write.Offset < length) Array.Clear(to, write.Offset, length - write.Offset);
            return write.Offset;
        }

        var end = write.Offset + write.Bytes.Length;
        if (end > to.Length) Array.Resize(ref to, Math.Max(end, to.Length * 2));
        write.Bytes.CopyTo(to, write.Offset);
        return Math.Max(length, end);
    }

    /// <summary>Bytes at an offset, or with none, a cut to the length of the offset.</summary>
    private readonly record struct Write(int Offset, byte[]? Bytes);
}
