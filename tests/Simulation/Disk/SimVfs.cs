using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Marquee.Simulation.Time;
using static Marquee.Simulation.Disk.VfsNative;

namespace Marquee.Simulation.Disk;

/// <summary>
/// SQLite's file system in this process: paths below a mounted folder are files of its <see cref="SimDisk"/>, and there are no others.
/// A handle from before a crash answers every call but close with an I/O error.
/// </summary>
internal static unsafe class SimVfs
{
    private static readonly Dictionary<string, SimDisk> Mounts = new(StringComparer.Ordinal);
    private static readonly List<OpenFile?> Handles = [];
    private static readonly Stack<int> Free = new();
    private static Methods* _methods;
    private static Chance _random = new(0);
    private static Func<DateTimeOffset> _now = () => DateTimeOffset.UnixEpoch;

    /// <summary>Makes this SQLite's file system, for the whole process.</summary>
    public static void Install()
    {
        if (_methods is not null) return;
        SQLitePCL.Batteries_V2.Init();
        _methods = (Methods*)NativeMemory.AllocZeroed((nuint)sizeof(Methods));
        *_methods = new Methods
        {
            Version = 2, Close = &Close, Read = &Read, Write = &Write, Truncate = &Truncate, Sync = &Sync, Size = &Size, Lock = &Lock,
            Unlock = &Unlock, CheckReserved = &CheckReserved, Control = &Control, SectorSize = &SectorSize, Characteristics = &Characteristics,
            ShmMap = &ShmMap, ShmLock = &ShmLock, ShmBarrier = &ShmBarrier, ShmUnmap = &ShmUnmap,
        };
        var vfs = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        *vfs = new Vfs
        {
            Version = 2, FileBytes = sizeof(VfsFile), MaxPathBytes = 512, Name = (byte*)Marshal.StringToCoTaskMemUTF8("simulation"),
            Open = &Open, Delete = &Delete, Access = &Access, FullPath = &FullPath, Randomness = &Randomness, Sleep = &Sleep,
            CurrentTime = &CurrentTime, LastError = &LastError, CurrentTime64 = &CurrentTime64,
        };
        if (Register(vfs, makeDefault: 1) != Ok) throw new InvalidOperationException("SQLite does not take the file system.");
    }

    /// <summary>Begins a world: its folders, its dice and its clock in place of the last one's.</summary>
    public static void Begin(Chance random, Func<DateTimeOffset> now)
    {
        Mounts.Clear();
        (_random, _now) = (random, now);
    }

    public static void Mount(string folder, SimDisk disk) => Mounts[folder] = disk;

    private static string Text(byte* path) => Marshal.PtrToStringUTF8((nint)path)!;

    private static SimDisk? DiskOf(string path) => Mounts.GetValueOrDefault(Path.GetDirectoryName(path)!);

    private static OpenFile Of(VfsFile* file) => Handles[(int)file->Handle]!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, VfsFile* file, int flags, int* outFlags)
    {
        file->Methods = null;
        // Without a name: SQLite's own scratch, which needs no disk.
        var path = name is null ? null : Text(name);
        var disk = path is null ? new SimDisk(new Chance(0)) : DiskOf(path);
        if (disk is null || ((flags & OpenCreate) == 0 && path is not null && disk.Find(path) is null)) return CantOpen;
        var open = new OpenFile(disk.Open(path ?? ""), (flags & OpenDeleteOnClose) != 0);
        if (!Free.TryPop(out var handle))
        {
            handle = Handles.Count;
            Handles.Add(null);
        }

        Handles[handle] = open;
        file->Handle = handle;
        file->Methods = _methods;
        if (outFlags is not null) *outFlags = flags;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(VfsFile* file)
    {
        var open = Of(file);
        open.Unmap();
        open.File.Locks.Lower(open, FileLocks.None);
        if (open.DeleteOnClose) open.File.Disk.Delete(open.File.Path);
        Handles[(int)file->Handle] = null;
        Free.Push((int)file->Handle);
        file->Methods = null;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(VfsFile* file, byte* into, int count, long offset)
    {
        var open = Of(file);
        if (open.IsDead) return IoErrorRead;
        var read = open.File.Read(new Span<byte>(into, count), offset);
        if (read == count) return Ok;
        new Span<byte>(into + read, count - read).Clear();
        return IoErrorShortRead;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(VfsFile* file, byte* from, int count, long offset)
    {
        var open = Of(file);
        if (open.IsDead || !open.File.Disk.Touches()) return IoErrorWrite;
        if (open.File.Disk.IsFull) return Full;
        open.File.WriteAt(new ReadOnlySpan<byte>(from, count), offset);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(VfsFile* file, long length)
    {
        var open = Of(file);
        if (open.IsDead || !open.File.Disk.Touches()) return IoErrorWrite;
        open.File.Truncate(length);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(VfsFile* file, int flags)
    {
        var open = Of(file);
        if (open.IsDead || !open.File.Disk.Touches()) return IoErrorSync;
        open.File.Sync();
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Size(VfsFile* file, long* bytes)
    {
        *bytes = Of(file).File.Length;
        return Of(file).IsDead ? IoError : Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(VfsFile* file, int level)
    {
        var open = Of(file);
        if (open.IsDead) return IoError;
        return open.File.Locks.TryRaise(open, level) ? Ok : Busy;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Unlock(VfsFile* file, int level)
    {
        Of(file).File.Locks.Lower(Of(file), level);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReserved(VfsFile* file, int* reserved)
    {
        *reserved = Of(file).File.Locks.IsReserved ? 1 : 0;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Control(VfsFile* file, int operation, void* argument) => NotFound;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SectorSize(VfsFile* file) => 4096;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Characteristics(VfsFile* file) => PowersafeOverwrite;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmMap(VfsFile* file, int region, int bytes, int extend, void** memory)
    {
        var open = Of(file);
        *memory = null;
        if (open.IsDead) return IoError;
        *memory = (void*)open.Map().Region(region, bytes, extend != 0);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(VfsFile* file, int offset, int count, int flags)
    {
        var open = Of(file);
        var exclusive = (flags & ShmExclusive) != 0;
        if ((flags & ShmUnlock) != 0)
        {
            open.Map().Unlock(open, offset, count, exclusive);
            return Ok;
        }

        if (open.IsDead) return IoError;
        return open.Map().TryLock(open, offset, count, exclusive) ? Ok : Busy;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void ShmBarrier(VfsFile* file)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmUnmap(VfsFile* file, int delete)
    {
        Of(file).Unmap();
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* name, int syncFolder)
    {
        var path = Text(name);
        if (DiskOf(path) is not { } disk || !disk.Touches()) return IoError;
        disk.Delete(path);
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Access(Vfs* vfs, byte* name, int flags, int* result)
    {
        var file = DiskOf(Text(name))?.Find(Text(name));
        // As SQLite's own: an empty journal does not exist.
        *result = file is not null && (flags != AccessExists || file.Length > 0) ? 1 : 0;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FullPath(Vfs* vfs, byte* name, int count, byte* full)
    {
        var bytes = Encoding.UTF8.GetBytes(Text(name) + "\0");
        if (bytes.Length > count) return CantOpen;
        bytes.CopyTo(new Span<byte>(full, count));
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Randomness(Vfs* vfs, int count, byte* bytes)
    {
        for (var i = 0; i < count; i++) bytes[i] = (byte)_random.Next();
        return count;
    }

    // A busy handler's wait cannot pass the time of a single thread; it runs out of tries instead.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(Vfs* vfs, int microseconds) => microseconds;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CurrentTime(Vfs* vfs, double* julianDay)
    {
        *julianDay = JulianMilliseconds() / 86_400_000.0;
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CurrentTime64(Vfs* vfs, long* julianMilliseconds)
    {
        *julianMilliseconds = JulianMilliseconds();
        return Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LastError(Vfs* vfs, int count, byte* text) => Ok;

    private static long JulianMilliseconds() => _now().ToUnixTimeMilliseconds() + 210_866_760_000_000L;

    /// <summary>A connection's hold on a file.</summary>
    private sealed class OpenFile(SimFile file, bool deleteOnClose)
    {
        private readonly int _generation = file.Generation;
        private SharedMemory? _shared;

        public SimFile File => file;

        public bool DeleteOnClose => deleteOnClose;

        public bool IsDead => file.Generation != _generation;

        public SharedMemory Map()
        {
            if (_shared is not null) return _shared;
            _shared = file.Shared;
            _shared.Attach();
            return _shared;
        }

        public void Unmap()
        {
            _shared?.Release(this);
            _shared = null;
        }
    }
}
