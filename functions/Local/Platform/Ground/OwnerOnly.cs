namespace Marquee.Local.Platform.Ground;

/// <summary>Files with keys in them: readable by their owner only from the first byte, and replaced as a whole.</summary>
internal static class OwnerOnly
{
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var next = path + ".next";
        File.Delete(next);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(next, options)) file.Write(content);

        File.Move(next, path, overwrite: true);
    }
}
