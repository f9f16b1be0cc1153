# A room is one folder, one target and one include view: its headers are seen as
# "<room>/<file>" by those who link it, and by nobody else.

set(CLOUDPODS_ROOM_RULES "${CMAKE_SOURCE_DIR}/cmake/room_rules.txt")

# Makes a view that holds the given headers of a room, or all of it.
function(cloudpods_view target room)
  set(view "${CMAKE_BINARY_DIR}/view/${target}")
  file(MAKE_DIRECTORY "${view}")
  if(ARGN)
    file(MAKE_DIRECTORY "${view}/${room}")
    foreach(header ${ARGN})
      file(CREATE_LINK "${CMAKE_SOURCE_DIR}/${room}/${header}" "${view}/${room}/${header}" SYMBOLIC)
    endforeach()
  else()
    file(CREATE_LINK "${CMAKE_SOURCE_DIR}/${room}" "${view}/${room}" SYMBOLIC)
  endif()
endfunction()

# cloudpods_room(<name> SOURCES … [PUBLIC targets…] [PRIVATE targets…] [HEADERS …])
# HEADERS are precompiled: the costly ones that most files of the room read.
function(cloudpods_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;PUBLIC;PRIVATE;HEADERS" ${ARGN})
  cloudpods_view(${name} ${name})
  add_library(cloudpods_${name} STATIC ${ROOM_SOURCES})
  add_library(cloudpods::${name} ALIAS cloudpods_${name})
  target_include_directories(cloudpods_${name} PUBLIC "${CMAKE_BINARY_DIR}/view/${name}")
  target_link_libraries(cloudpods_${name}
    PUBLIC ${ROOM_PUBLIC}
    PRIVATE ${ROOM_PRIVATE} cloudpods_warnings)
  if(ROOM_HEADERS)
    target_precompile_headers(cloudpods_${name} PRIVATE ${ROOM_HEADERS})
  endif()
  cloudpods_check_room(${name} cloudpods_${name})
endfunction()

# Reads the room's includes before it is compiled and stops at a forbidden one.
function(cloudpods_check_room room target)
  set(stamp "${CMAKE_BINARY_DIR}/view/${room}.checked")
  file(GLOB_RECURSE files CONFIGURE_DEPENDS
    "${CMAKE_SOURCE_DIR}/${room}/*.cpp" "${CMAKE_SOURCE_DIR}/${room}/*.hpp")
  add_custom_command(
    OUTPUT "${stamp}"
    COMMAND "${CMAKE_COMMAND}" -DROOM=${room} "-DRULES=${CLOUDPODS_ROOM_RULES}"
      "-DFOLDER=${CMAKE_SOURCE_DIR}/${room}" "-DSTAMP=${stamp}"
      -P "${CMAKE_SOURCE_DIR}/cmake/check_room.cmake"
    DEPENDS ${files} "${CLOUDPODS_ROOM_RULES}" "${CMAKE_SOURCE_DIR}/cmake/check_room.cmake"
    COMMENT "Includes of ${room}"
    VERBATIM)
  add_custom_target(${target}_includes DEPENDS "${stamp}")
  add_dependencies(${target} ${target}_includes)
endfunction()
