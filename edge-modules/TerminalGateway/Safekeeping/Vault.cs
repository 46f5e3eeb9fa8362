using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Marquee.EdgeSync.Storage;
using Marquee.TerminalGateway.Hardening;

namespace Marquee.TerminalGateway.Safekeeping;

/// <summary>
/// Seals what the store holds only because it must: tokens of cards, where a receipt goes. A sealed text is <c>sealed.KEY.BOX</c>, the box
/// in base64url, and opens only in the context (which record, which field) that it was sealed for.
/// </summary>
internal sealed class Vault(DataKeys keys)
{
    private const string Prefix = "sealed.";

    public string Seal(EdgeTransaction tx, string text, string context) => Seal(keys.Current(tx), text, context);

    /// <summary>Seals without the store, when the key that seals now is known; else null.</summary>
    public string? TrySeal(string text, string context) => keys.Known() is { } known ? Seal(known, text, context) : null;

    private static string Seal((long Id, byte[] Key) with, string text, string context)
    {
        var (id, key) = with;
        var box = Sealing.Seal(key, Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(context));
        return string.Create(CultureInfo.InvariantCulture, $"{Prefix}{id}.{Base64Url.EncodeToString(box)}");
    }

    /// <summary>What was sealed; a text that was stored before there was a vault is returned as it is.</summary>
    /// <exception cref="SecretBoxException">The key is forgotten, the context is another, or the text was changed.</exception>
    public string Open(string text, string context) => Open(text, context, keys.Find);

    /// <summary>As <see cref="Open(string, string)"/>, seeing what the reader's own transaction has sealed.</summary>
    /// <exception cref="SecretBoxException">The key is forgotten, the context is another, or the text was changed.</exception>
    public string Open(EdgeReader reader, string text, string context) => Open(text, context, id => keys.Find(reader, id));

    private static string Open(string text, string context, Func<long, byte[]?> find)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return text;
        var parts = text[Prefix.Length..].Split('.');
        if (parts.Length != 2 || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || find(id) is not { } key)
            throw new SecretBoxException("Sealed with a key that this till does not have.");
        try
        {
            return Encoding.UTF8.GetString(Sealing.Open(key, Base64Url.DecodeFromChars(parts[1]), Encoding.UTF8.GetBytes(context)));
        }
        catch (FormatException e)
        {
            throw new SecretBoxException("Not a sealed text.", e);
        }
    }
}
