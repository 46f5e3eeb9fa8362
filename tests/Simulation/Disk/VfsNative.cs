using System.Runtime.InteropServices;

namespace Marquee.Simulation.Disk;

/// <summary>SQLite's interface to a file system, as sqlite3.h lays it out. https://www.sqlite.org/c3ref/vfs.html</summary>
internal static unsafe partial class VfsNative
{
    public const int Ok = 0;
    public const int Busy = 5;
    public const int NotFound = 12;
    public const int Full = 13;
    public const int CantOpen = 14;
    public const int IoError = 10;
    public const int IoErrorRead = IoError | (1 << 8);
    public const int IoErrorShortRead = IoError | (2 << 8);
    public const int IoErrorWrite = IoError | (3 << 8);
    public const int IoErrorSync = IoError | (4 << 8);

    public const int OpenDeleteOnClose = 0x8;
    public const int OpenCreate = 0x4;

    public const int AccessExists = 0;

    public const int ShmUnlock = 1;
    public const int ShmExclusive = 8;

    /// <summary>A write changes no bytes but its own, also when the power goes.</summary>
    public const int PowersafeOverwrite = 0x1000;

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    public static partial int Register(Vfs* vfs, int makeDefault);

    [StructLayout(LayoutKind.Sequential)]
    public struct Vfs
    {
        public int Version;
        public int FileBytes;
        public int MaxPathBytes;
        public Vfs* Next;
        public byte* Name;
        public void* AppData;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, VfsFile*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int*, int> Access;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, byte*, int> FullPath;
        public void* DlOpen;
        public void* DlError;
        public void* DlSym;
        public void* DlClose;
        public delegate* unmanaged[Cdecl]<Vfs*, int, byte*, int> Randomness;
        public delegate* unmanaged[Cdecl]<Vfs*, int, int> Sleep;
        public delegate* unmanaged[Cdecl]<Vfs*, double*, int> CurrentTime;
        public delegate* unmanaged[Cdecl]<Vfs*, int, byte*, int> LastError;
        public delegate* unmanaged[Cdecl]<Vfs*, long*, int> CurrentTime64;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct VfsFile
    {
        public Methods* Methods;
        public nint Handle;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Methods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<VfsFile*, int> Close;
        public delegate* unmanaged[Cdecl]<VfsFile*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<VfsFile*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<VfsFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<VfsFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<VfsFile*, long*, int> Size;
        public delegate* unmanaged[Cdecl]<VfsFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<VfsFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<VfsFile*, int*, int> CheckReserved;
        public delegate* unmanaged[Cdecl]<VfsFile*, int, void*, int> Control;
        public delegate* unmanaged[Cdecl]<VfsFile*, int> SectorSize;
        public delegate* unmanaged[Cdecl]<VfsFile*, int> Characteristics;
        public delegate* unmanaged[Cdecl]<VfsFile*, int, int, int, void**, int> ShmMap;
        public delegate* unmanaged[Cdecl]<VfsFile*, int, int, int, int> ShmLock;
        public delegate* unmanaged[Cdecl]<VfsFile*, void> ShmBarrier;
        public delegate* unmanaged[Cdecl]<VfsFile*, int, int> ShmUnmap;
    }
}
