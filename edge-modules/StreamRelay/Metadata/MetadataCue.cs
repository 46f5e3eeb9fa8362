using System.Text.Json.Serialization;
using Marquee.Domain;

namespace Marquee.StreamRelay.Metadata;

/// <summary>What a moment of a show says. <c>kind</c> on the wire names which.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TitleCue), "title")]
[JsonDerivedType(typeof(ChapterCue), "chapter")]
[JsonDerivedType(typeof(ProductCue), "product")]
[JsonDerivedType(typeof(ProductEndedCue), "product-ended")]
[JsonDerivedType(typeof(NoteCue), "note")]
internal abstract record MetadataCue
{
    /// <summary>Cues of one slot replace each other: the newest is what a viewer who joins must know.</summary>
    [JsonIgnore]
    public abstract MetadataSlot Slot { get; }

    /// <returns>What is wrong with it, or null.</returns>
    public abstract string? Fault();

    private protected static string? FaultOf(string? text, string name, int maxCharacters) =>
        string.IsNullOrWhiteSpace(text) ? $"{name} is empty"
        : text.Length > maxCharacters ? $"{name} is longer than {maxCharacters} characters"
        : text.Any(char.IsControl) ? $"{name} has control characters"
        : null;
}

internal enum MetadataSlot
{
    Title,
    Chapter,
    Product,

    /// <summary>Not part of the state: who joins later does not get it.</summary>
    Note,
}

/// <summary>What the show is called from now on.</summary>
internal sealed record TitleCue(string Title) : MetadataCue
{
    public const int MaxCharacters = 200;

    public override MetadataSlot Slot => MetadataSlot.Title;

    public override string? Fault() => FaultOf(Title, "title", MaxCharacters);
}

/// <summary>A part of the show begins.</summary>
internal sealed record ChapterCue(string Title) : MetadataCue
{
    public override MetadataSlot Slot => MetadataSlot.Chapter;

    public override string? Fault() => FaultOf(Title, "title", TitleCue.MaxCharacters);
}

/// <summary>A product is on the table.</summary>
/// <param name="Sku">As the event's catalogue has it.</param>
/// <param name="Name">For people.</param>
/// <param name="Price">Of one, tax included; not negative.</param>
/// <param name="Url">Where to buy it: https, or null.</param>
internal sealed record ProductCue(string Sku, string Name, Money Price, Uri? Url = null) : MetadataCue
{
    public const int MaxSkuCharacters = 64;
    public const int MaxNameCharacters = 120;
    public const int MaxUrlCharacters = 300;

    public override MetadataSlot Slot => MetadataSlot.Product;

    public override string? Fault() =>
        FaultOf(Sku, "sku", MaxSkuCharacters)
        ?? FaultOf(Name, "name", MaxNameCharacters)
        ?? (Price.Currency == default ? "price has no currency" : Price.MinorUnits < 0 ? "price is negative" : null)
        ?? (Url is null || (Url.IsAbsoluteUri && Url.Scheme == Uri.UriSchemeHttps && Url.OriginalString.Length <= MaxUrlCharacters)
            ? null
            : $"url is not an https address of at most {MaxUrlCharacters} characters");
}

/// <summary>The product is off the table.</summary>
internal sealed record ProductEndedCue : MetadataCue
{
    public override MetadataSlot Slot => MetadataSlot.Product;

    public override string? Fault() => null;
}

/// <summary>A word to those who watch now.</summary>
internal sealed record NoteCue(string Text) : MetadataCue
{
    public const int MaxCharacters = 500;

    public override MetadataSlot Slot => MetadataSlot.Note;

    public override string? Fault() => FaultOf(Text, "text", MaxCharacters);
}
