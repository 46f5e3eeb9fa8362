using System.Runtime.InteropServices;

namespace Marquee.Simulation.Disk;

/// <summary>
/// The write-ahead log's index, which connections share, and its eight locks. It is never on disk; it lives as long as a connection maps it,
/// a dead process's too. https://www.sqlite.org/walformat.html#the_wal_index_file_format
/// </summary>
internal sealed unsafe class SharedMemory
{
    private const int Slots = 8;

    private readonly List<nint> _regions = [];
    private readonly int[] _shared = new int[Slots];
    private readonly object?[] _exclusive = new object?[Slots];
    private int _users;

    public void Attach() => _users++;

    public void Release(object holder)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            if (ReferenceEquals(_exclusive[slot], holder)) _exclusive[slot] = null;
        }

        if (--_users > 0) return;
        foreach (var region in _regions) NativeMemory.Free((void*)region);
        _regions.Clear();
    }

    /// <summary>Zero when the region is not there and is not to be made.</summary>
    public nint Region(int index, int bytes, bool extend)
    {
        while (_regions.Count <= index)
        {
            if (!extend) return 0;
            _regions.Add((nint)NativeMemory.AllocZeroed((nuint)bytes));
        }

        return _regions[index];
    }

    public bool TryLock(object holder, int offset, int count, bool exclusive)
    {
        for (var slot = offset; slot < offset + count; slot++)
        {
            if (_exclusive[slot] is { } other && !ReferenceEquals(other, holder)) return false;
            if (exclusive && _shared[slot] > 0) return false;
        }

        for (var slot = offset; slot < offset + count; slot++)
        {
            if (exclusive) _exclusive[slot] = holder;
            else _shared[slot]++;
        }

        return true;
    }

    public void Unlock(object holder, int offset, int count, bool exclusive)
    {
        for (var slot = offset; slot < offset + count; slot++)
        {
            if (!exclusive) _shared[slot]--;
            else if (ReferenceEquals(_exclusive[slot], holder)) _exclusive[slot] = null;
        }
    }
}
