using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Ledger.Node.Api.Grpc;

/// <summary>
/// Finds proto files by their names and by the symbols in them, among those that some services reach.
/// </summary>
/// <remarks>Immutable after construction. Bound: the files compiled into the node.</remarks>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);

    public DescriptorIndex(IReadOnlyList<ServiceDescriptor> services)
    {
        Services = services;
        foreach (var file in services.SelectMany(s => WithImports(s.File)))
        {
            if (_files.TryAdd(file.Name, file)) AddSymbols(file);
        }
    }

    public IReadOnlyList<ServiceDescriptor> Services { get; }

    /// <summary>The file itself first, then everything it imports, each once.</summary>
    public static IReadOnlyList<FileDescriptor> WithImports(FileDescriptor file)
    {
        List<FileDescriptor> found = [file];
        for (var i = 0; i < found.Count; i++)
        {
            foreach (var import in found[i].Dependencies)
            {
                if (!found.Contains(import)) found.Add(import);
            }
        }

        return found;
    }

    public FileDescriptor? FindFile(string name) => _files.GetValueOrDefault(name);

    /// <summary>Finds the file of a message, enum, service, method or field by its full name.</summary>
    public FileDescriptor? FindFileOfSymbol(string symbol) => _symbols.GetValueOrDefault(symbol);

    public bool Knows(string symbol) => _symbols.ContainsKey(symbol);

    private void AddSymbols(FileDescriptor file)
    {
        foreach (var message in file.MessageTypes) AddMessage(file, message);
        foreach (var type in file.EnumTypes) AddEnum(file, type);
        foreach (var service in file.Services)
        {
            _symbols.TryAdd(service.FullName, file);
            foreach (var method in service.Methods) _symbols.TryAdd(method.FullName, file);
        }
    }

    private void AddMessage(FileDescriptor file, MessageDescriptor message)
    {
        _symbols.TryAdd(message.FullName, file);
        foreach (var field in message.Fields.InDeclarationOrder()) _symbols.TryAdd(field.FullName, file);
        foreach (var oneof in message.Oneofs) _symbols.TryAdd(oneof.FullName, file);
        foreach (var type in message.EnumTypes) AddEnum(file, type);
        foreach (var nested in message.NestedTypes) AddMessage(file, nested);
    }

    private void AddEnum(FileDescriptor file, EnumDescriptor type)
    {
        _symbols.TryAdd(type.FullName, file);
        foreach (var value in type.Values) _symbols.TryAdd(value.FullName, file);
    }
}
