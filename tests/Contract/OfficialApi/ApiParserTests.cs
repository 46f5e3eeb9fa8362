namespace Marquee.Contract.Tests.OfficialApi;

public sealed class ApiParserTests
{
    [Fact]
    public void Every_line_of_every_list_is_a_type_a_member_or_an_attribute()
    {
        // 1,599 lines in twelve lists: 237 types, 51 attributes on types and members, 3 on assemblies, the rest members.
        var types = ApiList.LoadAll().SelectMany(list => list.Types).ToList();

        Assert.Equal(237, types.Count);
        Assert.Equal(51, types.Sum(type => type.Attributes.Count + type.Members.Sum(member => member.Attributes.Count)));
        Assert.Equal(1599 - 237 - 51 - 3 + Supplement.All.Count, types.Sum(type => type.Members.Count));
    }

    [Fact]
    public void A_generic_members_parts_are_told_apart()
    {
        var type = Assert.Single(ApiParser.Parse(
        [
            "public abstract class N.Pages<T> : System.IAsyncDisposable, System.Collections.Generic.IDictionary<string, T>",
            "public virtual System.Func<N.Pages<T>, int> N.Pages<T>.Map<TOut>(string text = \"a, (b\", int? size = default) where TOut : class",
            "N.Pages<T>.Map: [System.ObsoleteAttribute(\"no\")]",
        ]));

        var member = Assert.Single(type.Members);
        Assert.Equal(("Pages", "<T>", "N", 2), (type.SimpleName, type.TypeParameters, type.Container, type.Bases.Count));
        Assert.Equal(("public virtual", "System.Func<N.Pages<T>, int>", "Map<TOut>"), (member.Modifiers, member.Type, member.Name));
        Assert.Equal("(string text = \"a, (b\", int? size = default) where TOut : class", member.Tail);
        Assert.Equal("System.ObsoleteAttribute(\"no\")", Assert.Single(member.Attributes));
    }
}
