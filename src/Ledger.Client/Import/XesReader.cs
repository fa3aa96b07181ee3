using System.Globalization;
using System.Xml;

namespace Ledger.Client.Import;

/// <summary>
/// Reads event logs in XES (IEEE 1849). Each event becomes a row; the attributes of its trace are added with the prefix
/// <c>trace:</c>. A nested attribute is named <c>outer/inner</c>, an entry of a list <c>list/0/key</c>.
/// </summary>
/// <remarks>
/// Streams: one event and its trace's attributes are in memory, and one tag, all within <see cref="ImportLimits"/>.
/// Document type definitions are refused, and with them entities.
/// </remarks>
public sealed class XesReader
{
    private readonly XmlReader _xml;
    private readonly IXmlLineInfo _place;
    private readonly ElementGuard _guard;
    private long _number;

    // Of an event's names and values, those of its trace included.
    private long _characters;

    private XesReader(XmlReader xml, ElementGuard guard)
    {
        _xml = xml;
        _guard = guard;
        _place = (IXmlLineInfo)xml;
    }

    /// <summary>Reads rows as they are asked for.</summary>
    /// <param name="stream">The document. Closed at the end of the enumeration.</param>
    /// <exception cref="ImportException">While enumerating: the document is not what it should be.</exception>
    public static IEnumerable<ImportRow> Read(Stream stream)
    {
        var guard = new ElementGuard(stream);
        using var xml = XmlReader.Create(guard, new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            CloseInput = true,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            MaxCharactersInDocument = ImportLimits.DocumentCharacters,
        });
        foreach (var row in new XesReader(xml, guard).Rows()) yield return row;
    }

    private IEnumerable<ImportRow> Rows()
    {
        do Advance();
        while (_xml.NodeType is XmlNodeType.XmlDeclaration);
        if (_xml.NodeType != XmlNodeType.Element || _xml.LocalName != "log")
            throw Fault(null, $"the document is not an event log: its root is '{_xml.LocalName}', not 'log'");
        while (NextChild(0))
        {
            if (_xml.LocalName != "trace")
            {
                SkipElement(1);
                continue;
            }

            foreach (var row in Trace()) yield return row;
        }

        Advance();
    }

    private IEnumerable<ImportRow> Trace()
    {
        var trace = new Dictionary<string, string>(StringComparer.Ordinal);
        var events = false;
        _characters = 0;
        while (NextChild(1))
        {
            if (_xml.LocalName == "event")
            {
                events = true;
                yield return Event(trace);
            }
            else if (events)
            {
                throw Fault(null, "a trace's attribute stands after an event; attributes come first");
            }
            else
            {
                Attribute("trace:", 2, trace);
            }
        }
    }

    private ImportRow Event(Dictionary<string, string> trace)
    {
        var line = _place.LineNumber;
        var ofTrace = _characters;
        var fields = new Dictionary<string, string>(trace, StringComparer.Ordinal);
        while (NextChild(2)) Attribute("", 3, fields);
        _characters = ofTrace;
        return new ImportRow(++_number, line, fields);
    }

    // Enter: the reader is on the start tag of an attribute at `depth`. Leaves it on its last node.
    private void Attribute(string prefix, int depth, Dictionary<string, string> fields)
    {
        if (depth > ImportLimits.Depth) throw Fault(null, $"attributes are nested deeper than {ImportLimits.Depth}");
        var type = _xml.LocalName;
        var key = _xml.GetAttribute("key");
        if (string.IsNullOrEmpty(key)) throw Fault(null, $"a '{type}' has no key");
        // Also of what holds no value: a short document can make very long names, by one that holds many.
        Count(prefix.Length + key.Length);
        var name = prefix + key;
        if (type is not ("list" or "container")) Add(name, Value(type, name), fields);
        var index = 0;
        while (NextChild(depth))
        {
            if (type == "list" && _xml.LocalName == "values")
            {
                while (NextChild(depth + 1))
                {
                    Attribute(string.Create(CultureInfo.InvariantCulture, $"{name}/{index}/"), depth + 2, fields);
                    index++;
                }
            }
            else
            {
                Attribute(name + "/", depth + 1, fields);
            }
        }
    }

    private string Value(string type, string name)
    {
        var value = _xml.GetAttribute("value") ?? throw Fault(name, "the attribute has no value");
        if (value.Length > ImportLimits.FieldCharacters) throw Fault(name, "the value is too long");
        var valid = type switch
        {
            "string" or "id" => true,
            "date" => DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "int" => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            "float" => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
            "boolean" => value is "true" or "false" or "1" or "0",
            _ => throw Fault(name, $"'{type}' is not a type of attribute"),
        };
        return valid ? value : throw Fault(name, $"'{Shorten(value)}' is not a {type}");
    }

    private void Add(string name, string value, Dictionary<string, string> fields)
    {
        if (fields.Count == ImportLimits.FieldsPerRow)
            throw Fault(null, $"an event has more than {ImportLimits.FieldsPerRow} attributes");
        Count(value.Length);
        if (!fields.TryAdd(name, value)) throw Fault(name, "the attribute appears twice");
    }

    private void Count(int characters)
    {
        _characters += characters;
        if (_characters > ImportLimits.RowCharacters)
            throw Fault(null, $"an event's names and values have more than {ImportLimits.RowCharacters} characters");
    }

    // Moves to the next start tag whose parent is at `depth`; false at the parent's end.
    private bool NextChild(int depth)
    {
        if (_xml.NodeType == XmlNodeType.Element && _xml.Depth == depth && _xml.IsEmptyElement) return false;
        Advance();
        return _xml.NodeType switch
        {
            XmlNodeType.Element => true,
            XmlNodeType.EndElement => false,
            _ => throw Fault(null, $"there is {_xml.NodeType} where only elements belong"),
        };
    }

    // Leaves the reader on the last node of the element at `depth`.
    private void SkipElement(int depth)
    {
        if (_xml.IsEmptyElement) return;
        do Advance();
        while (_xml.NodeType != XmlNodeType.EndElement || _xml.Depth != depth);
    }

    private void Advance()
    {
        // Where it failed the reader does not know any more.
        var line = Math.Max(1, _place.LineNumber);
        try
        {
            _guard.Mark();
            _xml.Read();
            if (_xml.Depth > ImportLimits.ElementDepth)
                throw Fault(null, $"elements are nested deeper than {ImportLimits.ElementDepth}");
        }
        catch (ElementTooLongException)
        {
            throw new ImportException(
                line, null, $"a tag, text or comment has more than {ImportLimits.ElementBytes >> 20} MiB");
        }
        catch (XmlException fault)
        {
            throw new ImportException(
                Math.Max(1, fault.LineNumber), null, $"the document is not well-formed XML: {fault.Message}", fault);
        }
        catch (InvalidDataException fault)
        {
            throw new ImportException(line, null, $"the compressed file is damaged or cut off: {fault.Message}", fault);
        }
    }

    private ImportException Fault(string? field, string reason) => new(_place.LineNumber, field, reason);

    private static string Shorten(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
