using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace KMeansClustering.Tests.Support;

/// <summary>
/// All that an assembly shows to those who use it, as C# declares it, in an order that does not depend on the source's: types by name, members by name.
/// What the compiler adds to a record is left out.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    public static string Print(Assembly assembly)
    {
        IEnumerable<string> types = assembly.GetTypes()
            .Where(IsSeen)
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => string.Join("\n    ", Members(type).Prepend(Head(type))));
        return string.Join("\n\n", types) + "\n";
    }

    private static bool IsSeen(Type type) => type.IsNested ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) && IsSeen(type.DeclaringType!) : type.IsPublic;

    private static bool IsSeen(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string Head(Type type)
    {
        string name = (type.Namespace is { } space ? space + "." : "") + ApiNames.Of(type);
        string attributes = Attributes(type);
        string constraints = ApiNames.Constraints(type.GetGenericArguments());
        string access = type.IsPublic || type.IsNestedPublic ? "public " : "protected ";
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return $"{attributes}{access}delegate {Returned(invoke)} {name}({Parameters(invoke)}){constraints}";
        }

        if (type.IsEnum)
        {
            return $"{attributes}{access}enum {name} : {ApiNames.Of(type.GetEnumUnderlyingType())}";
        }

        bool record = type.GetMethods(Declared).Any(method => method.Name is "PrintMembers" && method.IsDefined(typeof(CompilerGeneratedAttribute)));
        string kind = type.IsInterface ? "interface "
            : type.IsValueType ? (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (type.IsByRefLike ? "ref " : "") + (record ? "record struct " : "struct ")
            : (type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (record ? "record " : "class ");
        Type[] all = type.GetInterfaces();
        Type[] implied = [.. all.SelectMany(one => one.GetInterfaces()), .. type.BaseType?.GetInterfaces() ?? []];
        string[] bases =
        [
            .. type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? [ApiNames.Of(parent)] : Array.Empty<string>(),
            .. all.Except(implied).Where(one => one.IsPublic).Select(one => ApiNames.Of(one)).Order(StringComparer.Ordinal),
        ];
        return $"{attributes}{access}{kind}{name}{(bases.Length > 0 ? " : " + string.Join(", ", bases) : "")}{constraints}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            return [];
        }

        if (type.IsEnum)
        {
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .OrderBy(field => Convert.ToDecimal(field.GetRawConstantValue(), null)).ThenBy(field => field.Name, StringComparer.Ordinal)
                .Select(field => $"{Attributes(field)}{field.Name} = {field.GetRawConstantValue()}");
        }

        return type.GetMembers(Declared)
            .Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)))
            .Select(member => (member.Name, Text: member switch
            {
                ConstructorInfo constructor when IsSeen(constructor) && !constructor.IsStatic => $"{Access(constructor)}{type.Name.Split('`')[0]}({Parameters(constructor)})",
                MethodInfo { IsSpecialName: false } or MethodInfo { Name: ['o', 'p', '_', ..] } when IsSeen((MethodInfo)member) => Method((MethodInfo)member),
                PropertyInfo property when IsSeen(property.GetMethod) || IsSeen(property.SetMethod) => Property(property),
                EventInfo change when IsSeen(change.AddMethod) => $"{Modifiers(change.AddMethod!)}event {ApiNames.Of(change.EventHandlerType!, Nullability.Create(change))} {change.Name}",
                FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly => Field(field),
                _ => null,
            }, Attributes: Attributes(member)))
            .Where(member => member.Text is not null)
            .OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.Text, StringComparer.Ordinal)
            .Select(member => member.Attributes + member.Text);
    }

    private static string Method(MethodInfo method)
    {
        Type[] generic = method.IsGenericMethod ? method.GetGenericArguments() : [];
        string parameters = generic.Length == 0 ? "" : $"<{string.Join(", ", generic.Select(type => type.Name))}>";
        return $"{Modifiers(method)}{Returned(method)} {method.Name}{parameters}({Parameters(method)}){ApiNames.Constraints(generic)}";
    }

    private static string Property(PropertyInfo property)
    {
        MethodInfo[] accessors = [.. new[] { property.GetMethod, property.SetMethod }.Where(IsSeen).Select(accessor => accessor!)];
        string Accessor(MethodInfo accessor)
        {
            string verb = accessor == property.GetMethod ? "get"
                : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init"
                : "set";
            return Access(accessor).Equals(Access(accessors[0]), StringComparison.Ordinal) ? verb + "; " : Access(accessor) + verb + "; ";
        }

        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string name = property.GetIndexParameters() is { Length: > 0 } indices ? $"this[{Parameters(indices)}]" : property.Name;
        NullabilityInfo nullability = Nullability.Create(property);
        return $"{Modifiers(accessors[0])}{required}{ByReference(property.PropertyType, property)}{ApiNames.Of(property.PropertyType, nullability)} {name} {{ {string.Concat(accessors.Select(Accessor))}}}";
    }

    private static string Field(FieldInfo field)
    {
        string modifiers = (field.IsPublic ? "public " : "protected ")
            + (field.IsLiteral ? "const " : field.IsStatic ? "static " : "")
            + (field.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "")
            + (field.IsInitOnly ? "readonly " : "");
        return $"{modifiers}{ApiNames.Of(field.FieldType, Nullability.Create(field))} {field.Name}{(field.IsLiteral ? " = " + ApiNames.Value(field.GetRawConstantValue(), field.FieldType) : "")}";
    }

    private static string Returned(MethodInfo method) =>
        ByReference(method.ReturnType, method.ReturnParameter) + ApiNames.Of(method.ReturnType, Nullability.Create(method.ReturnParameter));

    private static string ByReference(Type type, ICustomAttributeProvider place) =>
        !type.IsByRef ? "" : place.IsDefined(typeof(IsReadOnlyAttribute), inherit: false) ? "ref readonly " : "ref ";

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + Parameters(method.GetParameters());

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(parameter =>
    {
        bool Has(Type attribute) => parameter.IsDefined(attribute);
        string passed = parameter.IsOut ? "out " : Has(typeof(IsReadOnlyAttribute)) ? "in " : Has(typeof(RequiresLocationAttribute)) ? "ref readonly " : parameter.ParameterType.IsByRef ? "ref " : "";
        string kind = Has(typeof(ParamArrayAttribute)) || Has(typeof(ParamCollectionAttribute)) ? "params " : Has(typeof(ScopedRefAttribute)) ? "scoped " : "";
        string value = parameter.HasDefaultValue ? " = " + ApiNames.Value(parameter.DefaultValue, parameter.ParameterType) : "";
        return $"{kind}{passed}{ApiNames.Of(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}{value}";
    }));

    private static string Access(MethodBase method) => method.DeclaringType!.IsInterface ? "" : method.IsPublic ? "public " : method.IsFamily ? "protected " : method.IsFamilyOrAssembly ? "protected internal " : "private ";

    private static string Modifiers(MethodInfo method)
    {
        bool overrides = method.GetBaseDefinition().DeclaringType != method.DeclaringType;
        return Access(method)
            + (method.IsStatic ? "static " : "")
            + (method.IsAbstract && (method.IsStatic || !method.DeclaringType!.IsInterface) ? "abstract " : "")
            + (overrides ? method.IsFinal ? "sealed override " : "override " : method is { IsVirtual: true, IsFinal: false, IsAbstract: false } ? "virtual " : "")
            + (method.DeclaringType!.IsValueType && method.IsDefined(typeof(IsReadOnlyAttribute)) && !method.DeclaringType.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "");
    }

    private static string Attributes(MemberInfo member) => string.Concat(member.GetCustomAttributes().Select(attribute => attribute switch
    {
        ObsoleteAttribute obsolete when !IsForOldCompilers(obsolete) => $"[Obsolete({ApiNames.Value(obsolete.Message, typeof(string))}, {ApiNames.Value(obsolete.IsError, typeof(bool))})] ",
        FlagsAttribute => "[Flags] ",
        ExperimentalAttribute experimental => $"[Experimental({ApiNames.Value(experimental.DiagnosticId, typeof(string))})] ",
        _ => null,
    }).Order(StringComparer.Ordinal));

    // What the compiler adds to ref structs and to constructors of types with required members.
    private static bool IsForOldCompilers(ObsoleteAttribute obsolete) =>
        obsolete.Message?.EndsWith("not supported in this version of your compiler.", StringComparison.Ordinal) is true;
}
